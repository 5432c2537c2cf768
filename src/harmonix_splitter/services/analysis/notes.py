"""The notes in a recording, tuned, in the registers the analysers ask for."""

from dataclasses import dataclass

from harmonix_splitter.analysis import pitches
from harmonix_splitter.services.analysis.listening import Heard
from harmonix_splitter.services.ports.analysis import Samples


@dataclass(frozen=True)
class Notes:
    """`all`: 84 notes from A0 per frame; `bass`, `treble`, `harmony`: pitch classes; tuning in cents from 440 Hz."""

    all: Samples
    bass: Samples
    treble: Samples
    harmony: Samples
    tuning: float


def notes_of(heard: Heard) -> Notes:
    tuning = pitches.tuning_of(heard.harmony.pitches)
    every = pitches.notes_in(heard.harmony.pitches, tuning)
    low = every if heard.bass is heard.harmony else pitches.notes_in(heard.bass.pitches, tuning)[: len(every)]
    return Notes(
        all=every,
        bass=pitches.folded(low, 28, 52),
        treble=pitches.folded(every, 50, 90),
        harmony=pitches.folded(every, 40, 90),
        tuning=tuning,
    )
