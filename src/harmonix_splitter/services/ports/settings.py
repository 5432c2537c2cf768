"""Settings that an administrator changes while the studio runs: where choices are kept, and who works by them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class Choices:
    """All that is chosen, after the change of this number. Zero: nothing ever was."""

    revision: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)
    user_id: str = ""
    made_at: datetime | None = None


class ChoiceRecord(Protocol):
    """Every state of the choices there ever was."""

    def newest(self) -> Choices: ...

    def revision(self) -> int:
        """The newest one's number, quickly."""
        ...

    def add(self, choices: Choices) -> None:
        """Raise StaleError unless its number follows the newest one's."""
        ...


class HouseRules(Protocol):
    """What this process works by."""

    @property
    def revision(self) -> int: ...

    def require_changeable(self, key: str) -> None:
        """Raise InvalidRequestError for a key that is none, NotAllowedError for one that is fixed."""
        ...

    def check(self, choices: Mapping[str, Any]) -> None:
        """Raise InvalidRequestError where a value cannot be."""
        ...

    def take(self, revision: int, choices: Mapping[str, Any]) -> None:
        """Work by these from now on."""
        ...

    def rows(self) -> list[dict[str, Any]]:
        """Every setting: key, value, origin, and whether it can be changed here."""
        ...
