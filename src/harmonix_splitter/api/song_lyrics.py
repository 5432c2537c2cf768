"""Which lyrics a song has for this user, and how they are shown."""

from typing import Any

from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import User
from harmonix_splitter.domain.lyrics import LyricsVersion
from harmonix_splitter.domain.lyrics.shapes import document_of
from harmonix_splitter.domain.songs import Song
from harmonix_splitter.errors import ConflictError, NotFoundError


def song_and_key(studio: Studio, user: User, song_id: str) -> tuple[Song, str]:
    """The song and the name its lyrics are kept under: its recording's, so that all who link to it read the same."""
    owner = None if user.is_admin else user.id
    try:
        song = studio.songs.song(song_id, owner)
    except NotFoundError:
        # The documents' clients know a song by its job.
        by_job = studio.songs.record.of_job(song_id, user.id)
        if by_job is None:
            raise
        song = by_job
    if not song.is_playable:
        raise ConflictError("This song is not ready yet.", status=song.status.value)
    return song, studio.library.item(song.item_id).recording_id


def key_of(studio: Studio, user: User, song_id: str) -> str:
    return song_and_key(studio, user, song_id)[1]


def current_words(studio: Studio, user: User, song_id: str) -> dict[str, Any]:
    """The current lyrics of a song this user may hear."""
    return shown(studio.lyrics.book.current(key_of(studio, user, song_id)))


def shown(version: LyricsVersion) -> dict[str, Any]:
    head = version.to_document(with_lyrics=False)
    return document_of(version.lyrics) | {key: head[key] for key in ("version", "author", "made_at", "state", "note")}


def outcome(version: LyricsVersion) -> dict[str, Any]:
    """What became of a change: `applied`, or offered as a proposal."""
    return {"applied": version.state == "applied", **version.to_document()}
