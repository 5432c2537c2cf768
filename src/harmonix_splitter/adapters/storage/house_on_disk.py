"""Library, keys, pictures and link files of a house of one server, as back-ups and archives want them."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from harmonix_splitter.adapters.storage.durable import disk_errors
from harmonix_splitter.errors import ConflictError, NotFoundError

_KEPT = ("outputs", "avatars", "secret.key", "cookies.key")


@dataclass(frozen=True)
class HouseOnDisk:
    library: Path
    data: Path

    def copy_to(self, target: Path) -> None:
        if self.library.is_dir():
            hidden = shutil.ignore_patterns(".*")
            shutil.copytree(self.library, target / "library", ignore=hidden, copy_function=_copied)
        for name in _KEPT:
            origin = self.data / name
            if origin.is_dir():
                shutil.copytree(origin, target / name)
            elif origin.is_file():
                shutil.copy2(origin, target / name)

    @contextmanager
    def folder(self, name: str) -> Iterator[Path]:
        if not (self.library / name).is_dir():
            raise NotFoundError(f"There is no {name!r} in the library.")
        yield self.library / name

    def workplace(self) -> Path:
        aside = self.library / ".work" / f"import-{uuid.uuid4().hex}"
        with disk_errors("import"):
            aside.mkdir(parents=True)
        return aside

    def take_in(self, name: str, unpacked: Path) -> None:
        if (self.library / name).exists():
            raise ConflictError(f"{name} is in the library already.")
        with disk_errors("import"):
            unpacked.rename(self.library / name)


def _copied(origin: str, copy: str) -> None:
    """What was archived or deleted since its folder was listed is not missed."""
    with suppress(FileNotFoundError):
        shutil.copy2(origin, copy)
