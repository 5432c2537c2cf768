"""Parties: rooms in the database, songs from the library."""

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.bootstrap.songs import songs
from harmonix_splitter.services.party import PartyService


def party(parts: Parts) -> PartyService:
    from harmonix_splitter.adapters.database.party import SqlRooms
    from harmonix_splitter.adapters.security.secrets import RandomSecrets

    return PartyService(SqlRooms(parts.database), songs(parts), parts.events, RandomSecrets(), parts.clock)
