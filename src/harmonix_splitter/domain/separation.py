"""What can be asked of a separation: modes, qualities, recipes and the stems they make."""

from dataclasses import dataclass, replace
from enum import StrEnum

from harmonix_splitter.errors import InvalidRequestError


class Mode(StrEnum):
    """Which stems come out."""

    KARAOKE = "karaoke"
    GROUPED = "grouped"
    PER_INSTRUMENT = "per_instrument"


class Quality(StrEnum):
    """How much time may be spent on it."""

    DRAFT = "draft"
    FAST = "fast"
    BALANCED = "balanced"
    STUDIO = "studio"


VOCALS, INSTRUMENTAL, ORIGINAL = "vocals", "instrumental", "original"
_ALIASES = {"no_vocals": INSTRUMENTAL, "accompaniment": INSTRUMENTAL, "novocals": INSTRUMENTAL}


def stem_name(name: str) -> str:
    """The one word we use for a stem, whatever the caller called it."""
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    return _ALIASES.get(plain, plain)


@dataclass(frozen=True)
class Recipe:
    """What was asked for. Two requests with the same `key` are answered by one library item."""

    mode: Mode = Mode.GROUPED
    quality: Quality = Quality.BALANCED
    engine: str = "auto"
    model: str = ""
    stems: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.mode is Mode.PER_INSTRUMENT and not self.stems:
            raise InvalidRequestError(
                "Mode per_instrument needs the stems you want.", advice="Name them, e.g. guitar,piano."
            )

    @property
    def key(self) -> str:
        """A stable, path-safe name: same wish, same key."""
        stems = "+".join(sorted(set(self.stems)))
        return "-".join(part for part in (self.mode, self.quality, self.engine, self.model, stems) if part)

    def resolved(self, engine: str, model: str) -> "Recipe":
        """The same wish with "auto" replaced by what will really run."""
        return replace(self, engine=engine, model=model)
