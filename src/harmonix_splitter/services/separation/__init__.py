"""Separating a recording into stems: choose an engine, hold its device, stream, and make do when memory ends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from harmonix_splitter.domain.media import STUDIO_RATE, Encoding
from harmonix_splitter.domain.separation import Recipe, Separated, Track
from harmonix_splitter.errors import AudioError, DeviceTooSmallError, HarmonixError, InvalidRequestError
from harmonix_splitter.services.ports.media import AudioReader, AudioWriters
from harmonix_splitter.services.ports.progress import Progress, unheard
from harmonix_splitter.services.ports.separation import DeviceLocks, SeparationEngine, Setup, StemSplitter
from harmonix_splitter.services.separation.alongside import Behind, ahead
from harmonix_splitter.services.separation.choice import Choice, choose, is_better
from harmonix_splitter.services.separation.stem_files import StemFiles
from harmonix_splitter.services.separation.streaming import measured, split

_SMALLEST = 2
_STEMS_PER_RECORDING = 0.8


@dataclass(frozen=True)
class Output:
    """How the files of a separation are written. `path` names each stem's file within the target folder."""

    encoding: Encoding = field(default_factory=Encoding)
    with_silent: bool = True
    path: Callable[[str], str] | None = None

    def path_of(self, stem: str) -> str:
        return self.path(stem) if self.path else f"{stem}{self.encoding.suffix}"


@dataclass(frozen=True)
class SeparationService:
    """Engines are listed best first. `device` is "auto" or the device everything runs on."""

    reader: AudioReader
    writers: AudioWriters
    engines: tuple[SeparationEngine, ...]
    locks: DeviceLocks
    device: str = "auto"

    def choose(self, recipe: Recipe) -> Choice:
        """What would run for this recipe here."""
        return choose(self.engines, recipe)

    def separate(
        self,
        recording: Path,
        recipe: Recipe,
        target: Path,
        progress: Progress = unheard,
        output: Output | None = None,
    ) -> Separated:
        """Stems in `target`, each exactly as long as the recording at 44.1 kHz; all of them or none.

        Raise AudioError, StorageError, EngineError, InvalidRequestError, or CancelledError from `progress`.
        """
        output = output or Output()
        choice = self.choose(recipe)
        track = measured(self.reader.blocks(recording), STUDIO_RATE, progress)
        if track.frames == 0:
            raise AudioError("There is no sound in this file.")
        self.writers.require_room(target, _size_of(choice, track, output.encoding))
        work = _Work(self, recording, choice, track, target, output)
        return work.run(recipe, _Forward(progress))

    def improves(self, recipe: Recipe, engine: str, model: str) -> bool:
        """Whether what would run for this recipe now is better than what this engine made with this model."""
        try:
            return is_better(self.engines, self.choose(recipe), recipe, engine, model)
        except HarmonixError:  # nothing can run now
            return False

    def setups(self, choice: Choice, recipe: Recipe) -> list[Setup]:
        """The ladder: the best device in smaller and smaller pieces, then the processor."""
        devices = choice.engine.devices()
        best = devices[0] if self.device == "auto" else self.device
        if best not in devices:
            raise InvalidRequestError(f"{choice.engine.name} cannot use {best} here.", advice=f"It can use {devices}.")
        rungs = [Setup(best, recipe.quality, shrink) for shrink in range(_SMALLEST + 1)]
        if best != "cpu":
            rungs += [Setup("cpu", recipe.quality, shrink) for shrink in range(_SMALLEST + 1)]
        return rungs


@dataclass(frozen=True)
class _Work:
    """One separation under way."""

    service: SeparationService
    recording: Path
    choice: Choice
    track: Track
    target: Path
    output: Output

    def run(self, recipe: Recipe, progress: "_Forward") -> Separated:
        notes = [*self.choice.reasons]
        rungs = self.service.setups(self.choice, recipe)
        for setup, is_last in zip(rungs, [False] * (len(rungs) - 1) + [True], strict=True):
            try:
                return self._on(setup, notes, progress)
            except DeviceTooSmallError as small:
                if is_last:
                    raise
                notes.append(f"{small.device} ran out of memory; tried again with less.")
        raise AssertionError

    def _on(self, setup: Setup, notes: list[str], progress: "_Forward") -> Separated:
        with self.service.locks.hold(setup.device, progress.beat):
            splitter = self.choice.engine.load(self.choice.offer, self.choice.plan.needed, setup)
            files = self._opened()
            try:
                self._stream(splitter, files, progress)
                silent = files.silent()
                made = files.close(without=() if self.output.with_silent else silent)
            except BaseException:
                files.abandon()
                raise
        return self._separated(made, splitter, (*notes, *splitter.notes, *_clipping(files.clipped())), silent)

    def _opened(self) -> StemFiles:
        targets = {stem: self.target / self.output.path_of(stem) for stem in self.choice.plan.files}
        return StemFiles.opened(targets, self.choice.plan, self.output.encoding, self.service.writers)

    def _stream(self, splitter: StemSplitter, files: StemFiles, progress: Progress) -> None:
        places = {name: splitter.stems.index(name) for name in self.choice.plan.needed}
        blocks = ahead(self.service.reader.blocks(self.recording))
        with Behind() as writing:
            for recording, stems in split(blocks, splitter, self.track, progress):
                writing.do(partial(files.write, recording, {name: stems[place] for name, place in places.items()}))

    def _separated(
        self, stems: Mapping[str, Path], splitter: StemSplitter, notes: tuple[str, ...], silent: tuple[str, ...]
    ) -> Separated:
        offer, track = self.choice.offer, self.track
        return Separated(
            stems, offer.engine, offer.model, splitter.device, track.frames, track.sample_rate, notes, silent
        )


class _Forward:
    """Progress that never goes backwards, whatever is tried again."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._furthest = progress, 0.0

    def __call__(self, share: float, /) -> None:
        self._furthest = max(self._furthest, min(1.0, share))
        self._progress(self._furthest)

    def beat(self) -> None:
        self._progress(self._furthest)


def _size_of(choice: Choice, track: Track, encoding: Encoding) -> int:
    """About how many bytes the files will take."""
    files = len(choice.plan.files)
    if not encoding.format.is_lossless:
        return int(files * track.frames / track.sample_rate * encoding.bit_rate / 8)
    return int(files * track.frames * 2 * encoding.bits / 8 * _STEMS_PER_RECORDING)


def _clipping(clipped: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(f"{name}: {count} samples were louder than full scale." for name, count in clipped.items())
