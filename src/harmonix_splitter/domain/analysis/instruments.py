"""The ten instruments we listen for, and when one counts as being there."""

from collections.abc import Mapping

# The documents' vocabulary and thresholds.
INSTRUMENTS: Mapping[str, float] = {
    "vocals": 0.5,
    "drums": 0.5,
    "bass": 0.5,
    "guitar": 0.5,
    "piano": 0.5,
    "strings": 0.6,
    "synth": 0.7,
    "brass": 0.65,
    "woodwinds": 0.65,
    "fx": 0.7,
}


def detected_in(confidences: Mapping[str, float]) -> tuple[str, ...]:
    """The instruments whose confidence passes their threshold, most certain first."""
    there = [name for name, sure in confidences.items() if sure >= INSTRUMENTS.get(name, 0.5)]
    return tuple(sorted(there, key=lambda name: -confidences[name]))
