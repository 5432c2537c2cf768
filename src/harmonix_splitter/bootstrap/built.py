"""How the studio gets its services: each is built from the parts when it is asked for first, and kept."""

from importlib import import_module
from threading import RLock
from typing import Any, Generic, Protocol, TypeVar, overload

from harmonix_splitter.bootstrap.parts import Parts

T = TypeVar("T")
_building = RLock()


class _HasParts(Protocol):
    @property
    def parts(self) -> Parts: ...


class Built(Generic[T]):
    """What `maker` in `bootstrap/<module>.py` makes of the parts; both are called like the attribute if not said.

    It is kept in the owner's `__dict__`, where Python finds it before it asks here again: taken out, it is built anew.
    """

    def __init__(self, module: str = "", maker: str = "") -> None:
        self.module, self.maker = module, maker

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.module, self.maker = self.module or name, self.maker or name

    @overload
    def __get__(self, studio: None, owner: type) -> "Built[T]": ...
    @overload
    def __get__(self, studio: _HasParts, owner: type) -> T: ...
    def __get__(self, studio: _HasParts | None, owner: type) -> "Built[T] | T":
        if studio is None:
            return self
        kept = vars(studio)
        with _building:
            try:
                built: T = kept[self.name]
            except KeyError:
                built = kept[self.name] = self.make(studio.parts)
        return built

    def make(self, parts: Parts) -> Any:
        return getattr(import_module(f"{__package__}.{self.module}"), self.maker)(parts)
