"""The party: a room, its singers, whose turn it is, and what the stage shows."""

from harmonix_splitter.domain.party.keys import shift_to_fit
from harmonix_splitter.domain.party.readiness import ReadyIn, Verdict, Work, prepared
from harmonix_splitter.domain.party.room import MOST_WISHES_EACH, Room
from harmonix_splitter.domain.party.rotation import rotation, waiting_times
from harmonix_splitter.domain.party.stage import Stage, StageChange
from harmonix_splitter.domain.party.turns import LONGEST_NAME, Singer, Sung, Turn, checked_name

__all__ = [
    "LONGEST_NAME",
    "MOST_WISHES_EACH",
    "ReadyIn",
    "Room",
    "Singer",
    "Stage",
    "StageChange",
    "Sung",
    "Turn",
    "Verdict",
    "Work",
    "checked_name",
    "prepared",
    "rotation",
    "shift_to_fit",
    "waiting_times",
]
