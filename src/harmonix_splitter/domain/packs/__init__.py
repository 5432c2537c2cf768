"""Packs: a song written for other karaoke programs and players."""

from enum import StrEnum


class PackKind(StrEnum):
    """What a song can be packed as; each is one zip file."""

    VIDEO = "video"
    CDG = "cdg"
    ULTRASTAR = "ultrastar"
    LRC = "lrc"
