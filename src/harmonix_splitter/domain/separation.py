"""What can be asked of a separation: modes, qualities, recipes and the stems they make."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

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


@dataclass(frozen=True)
class Offer:
    """What one engine can do with one of its models. `sums` says that its stems add up to the recording."""

    engine: str
    model: str
    stems: tuple[str, ...]
    sums: bool = False


@dataclass(frozen=True)
class StemPlan:
    """Which files come out: `direct` ones as the engine makes them, `rest` as the recording minus `minus`."""

    direct: tuple[str, ...]
    rest: str = ""
    minus: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        return (*self.direct, *([self.rest] if self.rest else []))

    @property
    def needed(self) -> tuple[str, ...]:
        """The stems the engine must compute."""
        return tuple(dict.fromkeys((*self.direct, *self.minus)))


def stem_plan(recipe: Recipe, offer: Offer) -> StemPlan | None:
    """How this offer answers the recipe, or None when it cannot."""
    if recipe.mode is Mode.KARAOKE:
        return _two_files(recipe, offer)
    wanted = offer.stems if recipe.mode is Mode.GROUPED else tuple(dict.fromkeys(map(stem_name, recipe.stems)))
    if recipe.mode is Mode.GROUPED:
        wanted = tuple(stem for stem in offer.stems if not recipe.stems or stem in map(stem_name, recipe.stems))
        if len(offer.stems) < _FEWEST_IN_A_GROUP:
            return None
    return _chosen_files(wanted, offer)


def all_stems(offers: Iterable[Offer]) -> tuple[str, ...]:
    """Every stem that some offer can make, the instrumental included."""
    found = dict.fromkeys(stem for offer in offers for stem in offer.stems)
    return tuple(found | ({INSTRUMENTAL: None} if VOCALS in found else {}))


_FEWEST_IN_A_GROUP = 4


def _two_files(recipe: Recipe, offer: Offer) -> StemPlan | None:
    """A stem and the recording without it: vocals and instrumental unless another stem was named."""
    stem = stem_name(recipe.stems[0]) if recipe.stems else VOCALS
    without = INSTRUMENTAL if stem == VOCALS else f"no_{stem}"
    if stem in offer.stems:
        return StemPlan((stem,), without, (stem,))
    if without in offer.stems:
        return StemPlan((without,), stem, (without,))
    return None


def _chosen_files(wanted: tuple[str, ...], offer: Offer) -> StemPlan | None:
    rest, minus = "", tuple[str, ...]()
    if INSTRUMENTAL in wanted and INSTRUMENTAL not in offer.stems:
        rest, minus = INSTRUMENTAL, (VOCALS,)
    elif offer.sums and offer.stems[-1] in wanted:
        rest, minus = offer.stems[-1], offer.stems[:-1]
    direct = tuple(stem for stem in wanted if stem != rest)
    if not wanted or not set(direct) | set(minus) <= set(offer.stems):
        return None
    return StemPlan(direct, rest, minus)


@dataclass(frozen=True)
class Track:
    """What must be known of a whole recording before its first second is separated. Full scale is 1."""

    frames: int
    sample_rate: int
    level: float
    mean: float = 0.0
    spread: float = 0.0


@dataclass(frozen=True)
class Separated:
    """Stems on disk and how they came about. `silent` stems hold no sound worth listening to."""

    stems: Mapping[str, Path]
    engine: str
    model: str
    device: str
    sample_count: int
    sample_rate: int
    notes: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()

    def to_document(self) -> dict[str, object]:
        return {
            "stems": {name: str(path) for name, path in self.stems.items()},
            "engine": self.engine,
            "model": self.model,
            "device": self.device,
            "sampleCount": self.sample_count,
            "sampleRate": self.sample_rate,
            "notes": list(self.notes),
            "silent": list(self.silent),
        }
