"""Which lyrics a song has for this user, and how they are shown."""

from typing import Any

from fastapi.responses import JSONResponse

from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import User
from harmonix_splitter.domain.job_news import job_document
from harmonix_splitter.domain.lyrics import LyricsVersion
from harmonix_splitter.domain.lyrics.shapes import document_of, karaoke_fields_of
from harmonix_splitter.domain.lyrics.wishes import WordsWish
from harmonix_splitter.domain.lyrics_formats import lrc
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


def card_words(studio: Studio, song: Song) -> dict[str, Any]:
    """`plainLyrics` and `syncedLyrics` as the karaoke clients know them: the song's lyrics, else what its card says."""
    kept = studio.lyrics_book.lyrics(studio.library.item(song.item_id).recording_id) if song.is_playable else None
    if kept is None:
        return {"plainLyrics": song.facts.plain_lyrics or None, "syncedLyrics": song.facts.synced_lyrics or None}
    return karaoke_fields_of(kept, lrc.write(kept))


def save_card_words(studio: Studio, user: User, song: Song, plain: str, synced: str) -> None:
    """What a karaoke client wrote becomes the next version of the song's lyrics."""
    key = studio.library.item(song.item_id).recording_id
    studio.lyrics.bring_in(key, synced or plain, user.name, format_name="lrc" if synced.strip() else "txt")


def asked(studio: Studio, user: User, song: Song, key: str, wish: WordsWish) -> JSONResponse:
    """202 with the job that will do it; raises at once what would make the job fail."""
    studio.lyrics.check(key, wish)
    job = studio.songs.ask_for_words(song, user.id, wish)
    return JSONResponse({"success": True, "jobId": job.id, "job": job_document(job)}, 202)


def current_words(studio: Studio, user: User, song_id: str) -> dict[str, Any]:
    """The current lyrics of a song this user may hear."""
    return shown(studio.lyrics_book.current(key_of(studio, user, song_id)))


def shown(version: LyricsVersion) -> dict[str, Any]:
    head = version.to_document(with_lyrics=False)
    return document_of(version.lyrics) | {key: head[key] for key in ("version", "author", "made_at", "state", "note")}


def outcome(version: LyricsVersion) -> dict[str, Any]:
    """What became of a change: `applied`, or offered as a proposal."""
    return {"applied": version.state == "applied", **version.to_document()}
