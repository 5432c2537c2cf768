"""Packs: a song for other karaoke programs, players, workstations and decks."""

from harmonix_splitter.services.packs.files import Pack, PackedFile
from harmonix_splitter.services.packs.service import PacksService
from harmonix_splitter.services.packs.tracks import TrackPacks

__all__ = ["Pack", "PackedFile", "PacksService", "TrackPacks"]
