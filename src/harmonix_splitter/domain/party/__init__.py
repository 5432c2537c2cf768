"""The party: a room, its singers, whose turn it is, and what the stage shows."""

from harmonix_splitter.domain.party.room import (
    LONGEST_NAME,
    MOST_WISHES_EACH,
    Room,
    Singer,
    Turn,
    checked_name,
)
from harmonix_splitter.domain.party.rotation import rotation, waiting_times
from harmonix_splitter.domain.party.stage import Stage, StageChange

__all__ = [
    "LONGEST_NAME",
    "MOST_WISHES_EACH",
    "Room",
    "Singer",
    "Stage",
    "StageChange",
    "Turn",
    "checked_name",
    "rotation",
    "waiting_times",
]
