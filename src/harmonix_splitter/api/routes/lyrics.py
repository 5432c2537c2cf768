"""Lyrics over HTTP: read and saved with a version tag, timed, looked up, carried in and out as files."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Query, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from harmonix_splitter.api.dependencies import CurrentUser, MemberUser, TheStudio
from harmonix_splitter.api.song_cuts import TheTimes, cut_asked, tag_in
from harmonix_splitter.api.song_lyrics import asked, key_of, outcome, shown, song_and_key
from harmonix_splitter.api.versions import IfMatch, number_in, tag_of
from harmonix_splitter.domain.lyrics.cuts import shifted
from harmonix_splitter.domain.lyrics.languages import asked_language
from harmonix_splitter.domain.lyrics.lookup import SongFacts
from harmonix_splitter.domain.lyrics.shapes import lyrics_from, segments_of
from harmonix_splitter.domain.lyrics.wishes import WordsTask, WordsWish
from harmonix_splitter.domain.songs import Song
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import InvalidRequestError, NotFoundError

router = APIRouter(tags=["lyrics"])

Document = Annotated[dict[str, Any] | list[Any], Body()]
IfNoneMatch = Annotated[str, Header(alias="if-none-match")]


@router.get("/api/songs/{song_id}/lyrics", response_model=None)
def read(
    studio: TheStudio,
    user: CurrentUser,
    song_id: str,
    times: TheTimes,
    shape: str = "",
    if_none_match: IfNoneMatch = "",
) -> Response:
    """The current lyrics. `shape=segments` answers the bare list of timed lines. In the times of one's own file their
    offsets are part of the times."""
    song, key = song_and_key(studio, user, song_id)
    version, cut = studio.lyrics_book.current(key), cut_asked(studio, song, times)
    tag = tag_in(version.number, cut)
    if if_none_match == tag:
        return Response(status_code=304, headers={"ETag": tag})
    version = replace(version, lyrics=shifted(version.lyrics, cut)) if cut else version
    body: Any = segments_of(version.lyrics) if shape == "segments" else shown(version)
    return JSONResponse(body, headers={"ETag": tag, "Cache-Control": "private, no-cache"})


@router.put("/api/songs/{song_id}/lyrics", response_model=None)
def save(
    studio: TheStudio,
    user: MemberUser,
    song_id: str,
    document: Document,
    if_match: IfMatch = "",
    if_none_match: IfNoneMatch = "",
) -> Response:
    """Save what a person changed. With If-Match, 412 and the current tag when somebody saved meanwhile."""
    expected = 0 if if_none_match == "*" else number_in(if_match)
    key = key_of(studio, user, song_id)
    version = studio.lyrics_book.save(key, lyrics_from(document), user.name, "Edited", expected)
    return JSONResponse(shown(version), headers={"ETag": tag_of(version.number)})


@router.post("/api/songs/{song_id}/lyrics/align", status_code=202, response_model=None)
def align(
    studio: TheStudio,
    user: MemberUser,
    song_id: str,
    text: Annotated[str, Body()] = "",
    language: Annotated[str, Body()] = "",
    engine: Annotated[str, Body()] = "",
) -> JSONResponse:
    """Have the time of every word of a text (the current one when none is given) found in the vocals: 202 and a job,
    whose notes say which version came of it."""
    song, key = song_and_key(studio, user, song_id)
    tongue = asked_language(language) or song.facts.language
    return asked(studio, user, song, key, WordsWish(WordsTask.ALIGN, user.name, text, tongue, engine))


@router.post("/api/songs/{song_id}/lyrics/fetch")
def fetch(studio: TheStudio, user: MemberUser, song_id: str) -> dict[str, Any]:
    """Look the words up on the web; what is found is applied where nothing better is there, otherwise offered."""
    song, key = song_and_key(studio, user, song_id)
    return outcome(studio.lyrics.fetch(key, _facts(song), user.name))


@router.post("/api/songs/{song_id}/lyrics/transcribe", status_code=202, response_model=None)
def transcribe(
    studio: TheStudio,
    user: MemberUser,
    song_id: str,
    model: Annotated[str, Body()] = "",
    language: Annotated[str, Body()] = "",
) -> JSONResponse:
    """Have what is sung written down: 202 and a job; at once an error with what to install where that cannot be."""
    song, key = song_and_key(studio, user, song_id)
    wish = WordsWish(WordsTask.TRANSCRIBE, user.name, language=asked_language(language), model=model)
    return asked(studio, user, song, key, wish)


@router.post("/api/songs/{song_id}/lyrics/import")
def bring_in(
    studio: TheStudio,
    user: MemberUser,
    song_id: str,
    text: Annotated[str, Body()],
    name: Annotated[str, Body()] = "",
    file_format: Annotated[str, Body(alias="format")] = "",
) -> dict[str, Any]:
    """Keep the words of a file in any format we know."""
    key = key_of(studio, user, song_id)
    return outcome(studio.lyrics.bring_in(key, text, user.name, name[:200], file_format))


@router.get("/api/songs/{song_id}/lyrics/export/{form}")
def export(studio: TheStudio, user: CurrentUser, song_id: str, form: str, times: TheTimes) -> PlainTextResponse:
    song, key = song_and_key(studio, user, song_id)
    text, chosen = studio.lyrics.written(key, form, cut_asked(studio, song, times))
    name = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in song.facts.title)[:80]
    headers = {"Content-Disposition": f'attachment; filename="{name or "lyrics"}{chosen.suffixes[0]}"'}
    return PlainTextResponse(text, media_type=chosen.media_type, headers=headers)


@router.get("/api/songs/{song_id}/lyrics/versions")
def versions(studio: TheStudio, user: CurrentUser, song_id: str) -> dict[str, Any]:
    found = studio.lyrics_book.versions(key_of(studio, user, song_id))
    return {"versions": [each.to_document(with_lyrics=False) for each in found]}


@router.get("/api/songs/{song_id}/lyrics/versions/{number}")
def version(studio: TheStudio, user: CurrentUser, song_id: str, number: int) -> dict[str, Any]:
    return studio.lyrics_book.version(key_of(studio, user, song_id), number).to_document()


@router.get("/api/songs/{song_id}/lyrics/versions/{number}/changes")
def changes(
    studio: TheStudio, user: CurrentUser, song_id: str, number: int, since: Annotated[int | None, Query()] = None
) -> dict[str, Any]:
    """What a version changed, compared with the one it was made from or with `since`."""
    book, key = studio.lyrics_book, key_of(studio, user, song_id)
    base = since if since is not None else book.version(key, number).base
    if base == 0:
        raise NotFoundError("This is the first version: there is nothing to compare it with.")
    return {"from": base, "to": number, "changes": [each.to_document() for each in book.difference(key, base, number)]}


@router.post("/api/songs/{song_id}/lyrics/versions/{number}/{verb}")
def decide(studio: TheStudio, user: MemberUser, song_id: str, number: int, verb: str) -> dict[str, Any]:
    """`revert` to a version, `accept` or `decline` one that is offered."""
    book, key = studio.lyrics_book, key_of(studio, user, song_id)
    if verb == "revert":
        return outcome(book.revert(key, number, user.name))
    if verb == "accept":
        return outcome(book.accept(key, number, user.name))
    if verb == "decline":
        return outcome(book.decline(key, number))
    raise InvalidRequestError(f"{verb!r} is none of revert, accept, decline.")


@router.put("/api/songs/{song_id}/lyrics/offset")
def shift(
    studio: TheStudio,
    user: MemberUser,
    song_id: str,
    seconds: Annotated[float, Body(ge=-600, le=600)],
    line: Annotated[int | None, Body()] = None,
) -> dict[str, Any]:
    """Show everything, or one line, later (or earlier when negative); 0 resets."""
    return outcome(studio.lyrics_book.shift(key_of(studio, user, song_id), seconds, user.name, line))


@router.get("/api/lyrics/search")
def search(
    studio: TheStudio, _user: CurrentUser, track_name: str, artist_name: str, album_name: str = ""
) -> list[dict[str, Any]]:
    """What the lyrics database has under this title and artist, in its own shape."""
    wanted = SongFacts(track_name[:200], artist_name[:200], album_name[:200])
    return [
        {
            "id": each.identifier,
            "trackName": each.title,
            "artistName": each.artist,
            "albumName": each.album,
            "duration": each.duration,
            "instrumental": each.instrumental,
            "plainLyrics": each.plain or None,
            "syncedLyrics": each.synced or None,
        }
        for each in studio.lyrics_search.choices(wanted)
    ]


def _facts(song: Song) -> SongFacts:
    length = Seconds(song.facts.duration_ms / 1000) if song.facts.duration_ms else None
    return SongFacts(song.facts.title, song.facts.artist, song.facts.album, length, song.facts.language)
