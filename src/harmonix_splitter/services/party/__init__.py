"""Karaoke nights: rooms, their singers, and songs that are ready when their turn comes."""

from harmonix_splitter.services.party.preparing import Preparing
from harmonix_splitter.services.party.service import PartyService

__all__ = ["PartyService", "Preparing"]
