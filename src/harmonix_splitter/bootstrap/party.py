"""Parties: rooms in the database, songs from the library."""

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.bootstrap.songs import songs
from harmonix_splitter.bootstrap.sources import sources
from harmonix_splitter.services.estimates import EstimateService
from harmonix_splitter.services.party import PartyService, Preparing


def party(parts: Parts) -> PartyService:
    from harmonix_splitter.adapters.database.party import SqlRooms
    from harmonix_splitter.adapters.security.secrets import RandomSecrets

    shelf = songs(parts)
    lanes = parts.settings.queue.separations_at_once
    preparing = Preparing(shelf, EstimateService(shelf.jobs.record), lanes, sources(parts).name_of)
    return PartyService(SqlRooms(parts.database), shelf, parts.events, RandomSecrets(), parts.clock, preparing)
