"""What a check-up finds."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    OK = "ok"
    MISSING = "missing"
    """Not installed or not set up, and not needed for the rest."""
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    """One line of the check-up: what was really used, how fast, and what to do if it is not well."""

    name: str
    health: Health
    used: str = ""
    seconds: float = 0.0
    advice: str = ""

    def to_document(self) -> dict[str, object]:
        return {
            "name": self.name,
            "health": self.health.value,
            "used": self.used,
            "seconds": round(self.seconds, 3),
            "advice": self.advice,
        }
