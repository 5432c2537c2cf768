"""Parties: rooms in the database, songs from the library."""

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.bootstrap.songs import songs
from harmonix_splitter.services.estimates import EstimateService
from harmonix_splitter.services.party import PartyService, Preparing


def party(parts: Parts) -> PartyService:
    from harmonix_splitter.adapters.database.party import SqlRooms
    from harmonix_splitter.adapters.security.secrets import RandomSecrets

    shelf = songs(parts)
    preparing = Preparing(shelf, EstimateService(shelf.jobs.record), parts.settings.queue.separations_at_once)
    return PartyService(SqlRooms(parts.database), shelf, parts.events, RandomSecrets(), parts.clock, preparing)
