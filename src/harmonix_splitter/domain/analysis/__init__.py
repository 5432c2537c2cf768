"""What can be known about a song's music: values, their documents, and the corrections people make."""

from harmonix_splitter.domain.analysis.chords import Chord, ChordName
from harmonix_splitter.domain.analysis.corrections import Correction, corrected
from harmonix_splitter.domain.analysis.facts import Analysis, Loudness, Section, VocalRange
from harmonix_splitter.domain.analysis.instruments import INSTRUMENTS, detected_in
from harmonix_splitter.domain.analysis.keys import Key, KeyFinding, Scale
from harmonix_splitter.domain.analysis.rhythm import Metre, Rhythm, Tempo

__all__ = [
    "INSTRUMENTS",
    "Analysis",
    "Chord",
    "ChordName",
    "Correction",
    "Key",
    "KeyFinding",
    "Loudness",
    "Metre",
    "Rhythm",
    "Scale",
    "Section",
    "Tempo",
    "VocalRange",
    "corrected",
    "detected_in",
]
