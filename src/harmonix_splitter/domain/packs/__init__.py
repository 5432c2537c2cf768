"""Packs: a song written for other programs and players: karaoke, workstations, decks."""

from enum import StrEnum


class PackKind(StrEnum):
    """What a song can be packed as; each is one zip file, or the one file it is made of."""

    VIDEO = "video"
    CDG = "cdg"
    ULTRASTAR = "ultrastar"
    LRC = "lrc"
    DAW = "daw"
    STEM_M4A = "stem-m4a"
