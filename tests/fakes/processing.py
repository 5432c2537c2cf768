"""Rooms that do no real work, quickly: a site, a separation, an analysis, words."""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harmonix_splitter.domain.library import Recording
from harmonix_splitter.domain.lyrics.wishes import WordsWish
from harmonix_splitter.domain.separation import Mode, Recipe
from harmonix_splitter.domain.sources import Source, youtube
from harmonix_splitter.errors import SourceError
from harmonix_splitter.services.ports.processing import Identity, Match
from harmonix_splitter.services.ports.progress import Progress
from harmonix_splitter.services.ports.sources import VideoFacts


@dataclass
class FakeSite:
    """Every video exists and sounds like its id; `broken` maps ids to the error their download raises."""

    broken: dict[str, SourceError] = field(default_factory=dict)
    downloads: list[str] = field(default_factory=list)
    searches: list[str] = field(default_factory=list)
    lasts: float = 0.0

    def search(self, words: str, most: int) -> list[VideoFacts]:
        self.searches.append(words)
        ids = [f"{number:011d}" for number in range(most)]
        return [VideoFacts(id, f"{words} {int(id)}", "Some Artist", "", 10.0, url=youtube(id).link) for id in ids]

    def facts(self, source: Source) -> VideoFacts:
        return VideoFacts(source.id, f"Song {source.id}", "Some Artist", duration=10.0, thumbnail="picture")

    def playlist(self, playlist_id: str, most: int) -> list[VideoFacts]:
        return [VideoFacts(f"{number:011d}", f"{playlist_id} {number}") for number in range(most)]

    def download(self, source: Source, folder: Path, cookies: str, progress: Progress) -> Path:
        self.downloads.append(source.id)
        if source.id in self.broken:
            raise self.broken[source.id]
        _wait(self.lasts, progress)
        path = folder / "fetched.webm"
        path.write_bytes(f"audio of {source.id}".encode())
        return path

    def thumbnail(self, link: str, folder: Path) -> Path | None:
        path = folder / "thumbnail.jpg"
        path.write_bytes(b"picture")
        return path


@dataclass
class FakeTags:
    """Every file says the same about itself: nothing, unless told otherwise."""

    told: dict[str, str] = field(default_factory=dict)
    picture: bytes = b""

    def read(self, recording: Path) -> Mapping[str, str]:
        return self.told

    def cover(self, recording: Path, folder: Path) -> Path | None:
        if not self.picture:
            return None
        path = folder / "thumbnail.png"
        path.write_bytes(self.picture)
        return path


@dataclass
class FakeCatalogue:
    searches: int = 0

    def search(self, title: str, artist: str, album: str, limit: int) -> list[dict[str, Any]]:
        self.searches += 1
        return [{"title": title, "artist": artist}][:limit]


@dataclass(frozen=True)
class FakeSeparated:
    stems: Mapping[str, Path]
    engine: str = "fake"
    model: str = "fake-1"
    device: str = "cpu"
    notes: tuple[str, ...] = ()


@dataclass
class FakeSeparation:
    """Writes small stems; `before` runs first and may raise, kill or hang."""

    lasts: float = 0.0
    before: Callable[[Path], None] = lambda _recording: None
    separated: list[Path] = field(default_factory=list)

    def separate(self, recording: Path, recipe: Recipe, target: Path, progress: Progress) -> FakeSeparated:
        self.separated.append(recording)
        self.before(recording)
        _wait(self.lasts, progress)
        target.mkdir(parents=True)
        names = ["vocals", "instrumental"] if recipe.mode is Mode.KARAOKE else ["vocals", "drums", "bass", "other"]
        stems = {}
        for name in names:
            stems[name] = target / f"{name}.flac"
            stems[name].write_bytes(name.encode() + recording.read_bytes())
        return FakeSeparated(stems)


@dataclass(frozen=True)
class FakeAnalysis:
    vocal_range: Mapping[str, Any] | None = None

    def to_document(self) -> dict[str, Any]:
        tempo = {"bpm": 120.0, "confidence": 0.9}
        return {"tempo": tempo, "key": {"key": "C", "scale": "Major"}, "vocal_range": self.vocal_range}


@dataclass
class FakeAnalyses:
    analysed: list[Path] = field(default_factory=list)
    before: Callable[[Path], None] = lambda _recording: None
    before_stems: Callable[[], None] = lambda: None

    def analyze(self, recording: Path, stems: Mapping[str, Path], progress: Progress) -> FakeAnalysis:
        self.analysed.append(recording)
        self.before(recording)
        progress(1.0)
        return FakeAnalysis()

    def with_stems(self, known: Mapping[str, Any], stems: Mapping[str, Path], progress: Progress) -> FakeAnalysis:
        assert stems["vocals"].is_file()
        self.before_stems()
        return FakeAnalysis({"low": 55, "high": 72})


@dataclass
class FakeWords:
    found: list[str] = field(default_factory=list)
    wishes: list[WordsWish] = field(default_factory=list)
    before: Callable[[], None] = lambda: None

    def find(self, recording: Recording, stems: Mapping[str, Path], progress: Progress) -> None:
        self.found.append(recording.id)
        self.before()

    def carry_out(self, recording_id: str, stems: Mapping[str, Path], wish: WordsWish, progress: Progress) -> str:
        self.wishes.append(wish)
        progress(0.5)
        self.before()
        return "Kept as version 1 of the words."


class FakeIdentifier:
    """The same bytes are the same recording."""

    def identify(self, recording: Path, progress: Progress) -> Identity:
        digest = hashlib.sha256(recording.read_bytes()).hexdigest()
        return Identity(digest, tuple(range(10)), 10.0, 44100, 441000)


@dataclass
class FakeComparer:
    """Knows nothing again by ear; finds everything as much alike as it is told."""

    likeness: float = 0.0

    def marks(self, words: tuple[int, ...]) -> list[int]:
        return list(words) if self.likeness else []

    def marks_near(self, words: tuple[int, ...]) -> list[int]:
        return self.marks(words)

    def compare(self, words: tuple[int, ...], other: Recording) -> Match | None:
        return Match(other.id, 0.0, self.likeness, is_same=False) if self.likeness else None

    def is_same_mix(self, ours: Identity, theirs: Identity, offset: float) -> bool:
        return True


def _wait(seconds: float, progress: Progress) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        progress(1 - left / seconds)
        time.sleep(min(0.02, left))
