"""The words of a song: lines of timed words, where they came from, and how they change."""

from harmonix_splitter.domain.lyrics.document import Layer, LayerKind, Line, Lyrics, Provenance, Timing, Voice, Word
from harmonix_splitter.domain.lyrics.versions import LyricsVersion, VersionState

__all__ = [
    "Layer",
    "LayerKind",
    "Line",
    "Lyrics",
    "LyricsVersion",
    "Provenance",
    "Timing",
    "VersionState",
    "Voice",
    "Word",
]
