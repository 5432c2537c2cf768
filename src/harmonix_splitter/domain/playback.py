"""A mix: how loud and where each stem is heard, how fast and how high the whole is played."""

import hashlib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from harmonix_splitter.domain.separation import ORIGINAL, VOCALS, stem_name
from harmonix_splitter.domain.units import Semitones
from harmonix_splitter.errors import InvalidRequestError

SLOWEST, FASTEST = 0.5, 2.0
FARTHEST = 12.0
LOUDEST = 2.0
AS_RECORDED = Semitones(0.0)
WITHOUT_PITCH = frozenset({"drums"})
"""A kit moved by semitones sounds like another kit; nobody hears it in another key."""
_PAIR = re.compile(r"([A-Za-z_]+):(-?\d{1,4})")


@dataclass(frozen=True)
class Strip:
    """One stem's channel. `gain` 1 is as recorded; `pan` -1 is left, 1 is right."""

    gain: float = 1.0
    pan: float = 0.0
    is_muted: bool = False
    is_soloed: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.gain <= LOUDEST or not -1 <= self.pan <= 1:
            raise InvalidRequestError("A level is 0 to 200 %, a pan -100 to 100 %.")

    def matrix(self) -> tuple[float, float, float, float]:
        """(left to left, right to left, left to right, right to right), as the Web Audio StereoPanner has it."""
        place = (self.pan + 1 if self.pan <= 0 else self.pan) * math.pi / 2
        near, far = math.cos(place) * self.gain, math.sin(place) * self.gain
        if self.pan <= 0:
            return self.gain, near, 0.0, far
        return near, 0.0, far, self.gain


@dataclass(frozen=True)
class Mix:
    """Stems that are not named are played as recorded. Those in `steady` keep their pitch when the others move."""

    strips: Mapping[str, Strip] = field(default_factory=dict)
    semitones: Semitones = AS_RECORDED
    tempo: float = 1.0
    steady: frozenset[str] = WITHOUT_PITCH

    def __post_init__(self) -> None:
        if not SLOWEST <= self.tempo <= FASTEST:
            raise InvalidRequestError("The tempo is 50 to 200 % of the original.", field="tempo")
        if not -FARTHEST <= self.semitones <= FARTHEST:
            raise InvalidRequestError("The pitch is -12 to +12 semitones.", field="key")

    def moves(self, stem: str) -> Semitones:
        """How far this stem's pitch moves."""
        return AS_RECORDED if stem in self.steady else self.semitones

    def heard(self, stems: Iterable[str]) -> dict[str, Strip]:
        """The stems that sound: not muted, not silent, and, when some are soloed, only those."""
        names = list(stems)
        unknown = set(self.strips) - set(names)
        if unknown:
            raise InvalidRequestError(f"This song has no stem {min(unknown)!r}.", advice=f"It has {', '.join(names)}.")
        strips = {name: self.strips.get(name, Strip()) for name in names}
        has_solo = any(strip.is_soloed for strip in strips.values())
        return {
            name: strip
            for name, strip in strips.items()
            if strip.gain and (strip.is_soloed if has_solo else not strip.is_muted)
        }

    def key(self, *about: str) -> str:
        """A name for this mix of just these recordings: the same asked twice is rendered once."""
        strips = sorted(
            (name, strip.gain, strip.pan, strip.is_muted, strip.is_soloed) for name, strip in self.strips.items()
        )
        how = (strips, self.semitones, self.tempo, sorted(self.steady))
        return hashlib.sha256(repr((about, *how)).encode()).hexdigest()[:32]


WITHOUT_VOICE = Mix({VOCALS: Strip(is_muted=True)})


def parts_of(stems: Iterable[str]) -> list[str]:
    """What a mix is made of: the parts, or the whole recording where there are none."""
    names = [stem_name(name) for name in stems]
    return [name for name in names if name != ORIGINAL] or names


def mix_from(query: Mapping[str, str]) -> Mix:
    """A mix from an address: `level=bass:80&pan=drums:-50&off=vocals&only=bass.drums&tempo=80&key=-2`."""
    levels, pans = _percents(query.get("level", "")), _percents(query.get("pan", ""))
    off, only = _names(query.get("off", "")), _names(query.get("only", ""))
    strips = {
        name: Strip(levels.get(name, 1.0), pans.get(name, 0.0), name in off, name in only)
        for name in {*levels, *pans, *off, *only}
    }
    return Mix(strips, Semitones(_number(query, "key", 0.0)), _number(query, "tempo", 100.0) / 100)


def _names(text: str) -> set[str]:
    return {stem_name(name) for name in text.split(".") if name}


def _percents(text: str) -> dict[str, float]:
    if text and not all(_PAIR.fullmatch(part) for part in text.split(".")):
        raise InvalidRequestError("Levels and pans are written as bass:80.drums:100.")
    return {stem_name(name): int(value) / 100 for name, value in _PAIR.findall(text)}


def _number(query: Mapping[str, str], name: str, usual: float) -> float:
    try:
        found = float(query.get(name) or usual)
    except ValueError:
        raise InvalidRequestError(f"{name} is a number.", field=name) from None
    if not math.isfinite(found):
        raise InvalidRequestError(f"{name} is a number.", field=name)
    return found
