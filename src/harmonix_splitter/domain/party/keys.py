"""Sing in your key: by how many semitones a song has to move to suit a voice."""

from harmonix_splitter.domain.analysis import VocalRange
from harmonix_splitter.errors import InvalidRequestError

FARTHEST_SHIFT = 6
_OCTAVES = (0, -12, 12)
"""Singing a song an octave below or above where it was sung needs no change of key."""


def checked_voice(lowest: float, highest: float) -> None:
    """Raise InvalidRequestError for what is no range of MIDI notes that people sing."""
    if not 20 <= lowest < highest <= 110:
        raise InvalidRequestError("A range goes from its lowest to its highest note.")


def shift_to_fit(song: VocalRange, singer: VocalRange) -> int:
    """0 when the song fits; else the smallest change of key that makes it fit, or misses least where none does."""
    shifts = sorted(range(-FARTHEST_SHIFT, FARTHEST_SHIFT + 1), key=lambda shift: (abs(shift), shift))
    return min(shifts, key=lambda shift: min(_missed(song, singer, shift + octave) for octave in _OCTAVES))


def _missed(song: VocalRange, singer: VocalRange, moved: int) -> int:
    """How many semitones lie outside the voice."""
    below, above = singer.low - (song.low + moved), song.high + moved - singer.high
    return max(0, below) + max(0, above)
