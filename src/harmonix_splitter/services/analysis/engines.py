"""Which engines an analysis may use."""

from collections.abc import Sequence
from dataclasses import dataclass

from harmonix_splitter.services.ports.analysis import (
    BeatEngine,
    ChordEngine,
    InstrumentEngine,
    KeyEngine,
    SectionEngine,
    SectionNamer,
)

OWN = "harmonix"


@dataclass(frozen=True)
class AnalysisEngines:
    """The engines an admin chose, in order of preference; our own maths stands behind them all."""

    beats: Sequence[BeatEngine] = ()
    chords: Sequence[ChordEngine] = ()
    keys: Sequence[KeyEngine] = ()
    sections: Sequence[SectionEngine] = ()
    namers: Sequence[SectionNamer] = ()
    instruments: Sequence[InstrumentEngine] = ()
    hybrid_chords: bool = True
