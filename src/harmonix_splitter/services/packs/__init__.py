"""Packs: a song with its words for other karaoke programs and players."""

from harmonix_splitter.services.packs.service import Pack, PackedFile, PacksService

__all__ = ["Pack", "PackedFile", "PacksService"]
