"""Analyses a recording: one hearing, every part on its own, so that what fails says why and the rest goes on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from harmonix_splitter.analysis.instruments import TELLING, in_stems, together, total_loudness
from harmonix_splitter.analysis.melody import RATE as TUNE_RATE
from harmonix_splitter.analysis.melody import tune_of
from harmonix_splitter.domain.analysis import Analysis, Loudness, VocalRange
from harmonix_splitter.errors import AudioError
from harmonix_splitter.services.analysis.engines import AnalysisEngines
from harmonix_splitter.services.analysis.finding import Finder
from harmonix_splitter.services.analysis.in_memory import studio_blocks
from harmonix_splitter.services.analysis.listening import (
    Heard,
    RecordedSound,
    heard_recording,
    heard_samples,
    patches_in,
)
from harmonix_splitter.services.analysis.notes import notes_of
from harmonix_splitter.services.ports.analysis import Samples, Sound
from harmonix_splitter.services.ports.media import AudioReader
from harmonix_splitter.services.ports.progress import Progress, unheard

_HEARING = 0.6


@dataclass(frozen=True)
class AnalysisService:
    reader: AudioReader
    engines: AnalysisEngines = field(default_factory=AnalysisEngines)

    def analyze(self, recording: Path, stems: Mapping[str, Path], progress: Progress = unheard) -> Analysis:
        """Everything about one recording. Raise AudioError when it cannot be read."""
        heard = heard_recording(self.reader, recording, stems, lambda share: progress(share * _HEARING))
        found = analysis_of(heard, self.engines, RecordedSound(self.reader, recording), progress)
        return self._with_range(found, stems)

    def with_stems(self, known: Mapping[str, Any], stems: Mapping[str, Path], progress: Progress = unheard) -> Analysis:
        """A stored analysis, with what the stems tell better: what plays, and how low and how high the voice goes."""
        analysis = Analysis.from_document(known)
        if not set(stems_among(stems)) <= set(analysis.stems):
            analysis = self._with_instruments(analysis, stems, progress)
        return analysis if analysis.vocal_range else self._with_range(analysis, stems)

    def _with_instruments(self, analysis: Analysis, stems: Mapping[str, Path], progress: Progress) -> Analysis:
        """Every stem of the recording is needed, for together they are as loud as the mix."""
        heard = patches_in(self.reader, stems, progress)
        telling = stems_among(stems)
        told = in_stems({name: heard[name] for name in telling}, total_loudness(heard.values()))
        return replace(analysis, instruments=together(analysis.instruments, told), stems=telling)

    def _with_range(self, analysis: Analysis, stems: Mapping[str, Path]) -> Analysis:
        """How low and how high the vocal stem goes; unknown when too little is sung to tell."""
        if "vocals" not in stems:
            return analysis
        sung = tune_of(self.reader.load(stems["vocals"], TUNE_RATE, mono=True)).range
        return replace(analysis, vocal_range=VocalRange(*sung) if sung else None)


def stems_among(names: Iterable[str]) -> tuple[str, ...]:
    """Those that tell which instruments play."""
    return tuple(sorted(name for name in names if name in TELLING))


def analysis_of_samples(samples: Samples, rate: int) -> Analysis:
    """The same for audio in memory, (frames,) or (frames, channels), by our own maths alone."""
    return analysis_of(heard_samples(studio_blocks(samples, rate)), AnalysisEngines(), None)


def analysis_of(heard: Heard, engines: AnalysisEngines, sound: Sound | None, progress: Progress = unheard) -> Analysis:
    if heard.whole.sample_count == 0:
        raise AudioError("There is no sound in this recording.")
    notes = notes_of(heard)
    finder = Finder(engines, sound, heard, notes)
    progress(0.7)
    beats = finder.rhythm()
    progress(0.8)
    sections = finder.sections(beats)
    progress(0.9)
    harmony, instruments = finder.harmony(beats, sections), finder.instruments()
    progress(1.0)
    return Analysis(
        duration=heard.whole.duration,
        rhythm=beats,
        keys=harmony.keys,
        key_changes=harmony.changes,
        tuning_cents=notes.tuning if harmony.keys else 0.0,
        chords=harmony.chords,
        sections=sections,
        instruments=instruments,
        stems=stems_among(heard.stems),
        loudness=_loudness(heard),
        engines=finder.ran,
        missing=finder.missing,
    )


def _loudness(heard: Heard) -> Loudness:
    facts = heard.loudness
    return Loudness(facts.integrated, facts.range, facts.true_peak, facts.silences, facts.clipped_samples)
