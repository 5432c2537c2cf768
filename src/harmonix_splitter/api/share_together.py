"""Sharing without sound: which library item everybody plays for themselves."""

from harmonix_splitter.api.share_bodies import StartBody
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import Identity
from harmonix_splitter.errors import ConflictError, InvalidRequestError, SignInRequiredError


def item_played(studio: Studio, identity: Identity | None, said: StartBody) -> str:
    """The item behind the sharer's song; the song must be one of their own."""
    if identity is None:
        raise SignInRequiredError("Playing together is for songs of somebody's library: sign in to share one.")
    if said.record:
        raise InvalidRequestError("Where everybody plays for themselves there is no sound to record.")
    song = studio.songs.song(said.songId, identity.user.id)
    if not song.is_playable:
        raise ConflictError("This song is not in the library yet.", advice="Share it once it is ready.")
    return song.item_id
