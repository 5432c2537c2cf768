"""Engines, files and locks that exist only in memory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from harmonix_splitter.audio.chunks import Segmentation, with_context
from harmonix_splitter.domain.media import Encoding
from harmonix_splitter.domain.separation import Offer, Recipe, Track
from harmonix_splitter.errors import DeviceTooSmallError, EngineMissingError
from harmonix_splitter.services.ports.separation import Setup

FOUR = ("vocals", "drums", "bass", "other")


@dataclass
class FakeSplitter:
    """Gives each stem its own share of the recording."""

    shares: dict[str, float]
    device: str = "cpu"
    segmentation: Segmentation = field(default_factory=lambda: with_context(400, 100, 10))
    batch: int = 1
    notes: tuple[str, ...] = ()
    broken: Callable[[np.ndarray], np.ndarray] = lambda result: result

    @property
    def stems(self) -> tuple[str, ...]:
        return tuple(self.shares)

    def split(self, segments: np.ndarray, _track: Track, /) -> np.ndarray:
        shares = np.array(list(self.shares.values()), np.float32)
        return self.broken(segments[:, None] * shares[None, :, None, None])


@dataclass
class FakeEngine:
    name: str = "fake"
    stems: tuple[str, ...] = FOUR
    sums: bool = False
    missing: str = ""
    places: tuple[str, ...] = ("cpu",)
    roomy: frozenset[tuple[str, int]] | None = None
    splitter: FakeSplitter | None = None
    tried: list[tuple[str, int]] = field(default_factory=list)

    def offers(self, recipe: Recipe, /) -> tuple[Offer, ...]:
        if self.missing:
            raise EngineMissingError(self.missing)
        return (Offer(self.name, "m", self.stems, self.sums),)

    def devices(self) -> tuple[str, ...]:
        return self.places

    def load(self, _offer: Offer, _needed: tuple[str, ...], setup: Setup, /) -> FakeSplitter:
        self.tried.append((setup.device, setup.shrink))
        if self.roomy is not None and (setup.device, setup.shrink) not in self.roomy:
            raise DeviceTooSmallError("full", device=setup.device)
        share = 1 / len(self.stems)
        return self.splitter or FakeSplitter(dict.fromkeys(self.stems, share), device=setup.device)


@dataclass
class FakeReader:
    samples: np.ndarray

    def blocks(
        self, _path: Path, rate: int | None = 44_100, channels: int = 2, block: int = 333
    ) -> Iterator[np.ndarray]:
        yield from (self.samples[at : at + block] for at in range(0, len(self.samples), block))

    def load(self, _path: Path, rate: int | None = 44_100, mono: bool = False) -> np.ndarray:
        return self.samples.mean(axis=1) if mono else self.samples


@dataclass
class FakeWriter:
    target: Path
    files: dict[str, np.ndarray]
    parts: list[np.ndarray] = field(default_factory=list)
    fails: Exception | None = None
    abandoned: bool = False

    def write(self, samples: np.ndarray) -> None:
        if self.fails:
            raise self.fails
        self.parts.append(samples)

    def close(self) -> Path:
        self.files[self.target.name] = np.concatenate(self.parts)
        return self.target

    def abandon(self) -> None:
        self.abandoned = True


@dataclass
class FakeWriters:
    files: dict[str, np.ndarray] = field(default_factory=dict)
    opened: list[FakeWriter] = field(default_factory=list)
    fails: dict[str, Exception] = field(default_factory=dict)

    def require_room(self, _folder: Path, _size: int) -> None:
        return None

    def create(self, target: Path, _rate: int, _channels: int, _encoding: Encoding) -> FakeWriter:
        self.opened.append(FakeWriter(target, self.files, fails=self.fails.get(target.name)))
        return self.opened[-1]


@dataclass
class FakeLocks:
    held: list[str] = field(default_factory=list)

    @contextmanager
    def hold(self, device: str, waiting: Callable[[], None]) -> Iterator[None]:
        waiting()
        self.held.append(device)
        yield
