"""Playback links, signed with the secret of this data directory."""

from harmonix_splitter.bootstrap.accounts import accounts, link_signer
from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.services.playback_links import PlaybackLinksService


def playback_links(parts: Parts) -> PlaybackLinksService:
    from harmonix_splitter.adapters.database.playback_links import SqlPlaybackLinks

    people = accounts(parts).people
    record = SqlPlaybackLinks(parts.database)
    return PlaybackLinksService(record, people.users, link_signer(parts), people.secrets, parts.clock)
