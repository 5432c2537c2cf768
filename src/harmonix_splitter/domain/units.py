"""The units the domain speaks in."""

from typing import NewType

Seconds = NewType("Seconds", float)
Beats = NewType("Beats", float)
Semitones = NewType("Semitones", float)
Bpm = NewType("Bpm", float)
