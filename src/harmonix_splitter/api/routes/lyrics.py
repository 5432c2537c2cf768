"""Lyrics over HTTP: read and saved with a version tag, timed, looked up, carried in and out as files."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Query, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from harmonix_splitter.api.dependencies import CurrentUser, MemberUser, TheStudio
from harmonix_splitter.api.error_responses import problem
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import User
from harmonix_splitter.domain.lyrics import LyricsVersion
from harmonix_splitter.domain.lyrics.alignment import TextToAlign
from harmonix_splitter.domain.lyrics.lookup import SongFacts
from harmonix_splitter.domain.lyrics.shapes import document_of, lyrics_from, segments_of
from harmonix_splitter.domain.separation import VOCALS
from harmonix_splitter.domain.songs import Song
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import ConflictError, InvalidRequestError, NotFoundError, StaleLyricsError
from harmonix_splitter.services.ports.lyrics import TranscriptionWish

router = APIRouter(tags=["lyrics"])

Document = Annotated[dict[str, Any] | list[Any], Body()]
IfMatch = Annotated[str, Header(alias="if-match")]
IfNoneMatch = Annotated[str, Header(alias="if-none-match")]


@router.get("/api/songs/{song_id}/lyrics", response_model=None)
def read(
    studio: TheStudio, user: CurrentUser, song_id: str, shape: str = "", if_none_match: IfNoneMatch = ""
) -> Response:
    """The current lyrics. `shape=segments` answers the bare list of timed lines."""
    version = studio.lyrics.book.current(_key(studio, user, song_id))
    tag = _tag(version.number)
    if if_none_match == tag:
        return Response(status_code=304, headers={"ETag": tag})
    body: Any = segments_of(version.lyrics) if shape == "segments" else _shown(version)
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
    expected = 0 if if_none_match == "*" else _number(if_match)
    key = _key(studio, user, song_id)
    try:
        version = studio.lyrics.book.save(key, lyrics_from(document), user.name, "Edited", expected)
    except StaleLyricsError as stale:
        answer = problem(412, stale.code, stale.message, advice=stale.advice, current=stale.current)
        answer.headers["ETag"] = _tag(stale.current)
        return answer
    return JSONResponse(_shown(version), headers={"ETag": _tag(version.number)})


@router.post("/api/songs/{song_id}/lyrics/align")
def align(
    studio: TheStudio,
    user: MemberUser,
    song_id: str,
    text: Annotated[str, Body()] = "",
    language: Annotated[str, Body()] = "",
    engine: Annotated[str, Body()] = "",
) -> dict[str, Any]:
    """Find the time of every word of a text (the current one when none is given) in the vocals."""
    song, key = _song(studio, user, song_id)
    vocals = studio.library.open_stem(song.item_id, VOCALS).path
    if text.strip():
        wanted = TextToAlign.of_text(text, language or song.facts.language)
        version, timed = studio.lyrics.align(key, vocals, wanted, user.name, engine)
    else:
        version, timed = studio.lyrics.realign(key, vocals, user.name, engine)
    return _outcome(version) | {"fit": timed.fit, "notes": list(timed.lyrics.notes)}


@router.post("/api/songs/{song_id}/lyrics/fetch")
def fetch(studio: TheStudio, user: MemberUser, song_id: str) -> dict[str, Any]:
    """Look the words up on the web; what is found is applied where nothing better is there, otherwise offered."""
    song, key = _song(studio, user, song_id)
    return _outcome(studio.lyrics.fetch(key, _facts(song), user.name))


@router.post("/api/songs/{song_id}/lyrics/transcribe")
def transcribe(
    studio: TheStudio,
    user: MemberUser,
    song_id: str,
    model: Annotated[str, Body()] = "",
    language: Annotated[str, Body()] = "",
) -> dict[str, Any]:
    song, key = _song(studio, user, song_id)
    vocals = studio.library.open_stem(song.item_id, VOCALS).path
    wish = TranscriptionWish(model or studio.settings.lyrics.speech_model, "" if language == "auto" else language)
    return _outcome(studio.lyrics.transcribe(key, vocals, wish, user.name))


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
    key = _key(studio, user, song_id)
    return _outcome(studio.lyrics.bring_in(key, text, user.name, name[:200], file_format))


@router.get("/api/songs/{song_id}/lyrics/export/{form}")
def export(studio: TheStudio, user: CurrentUser, song_id: str, form: str) -> PlainTextResponse:
    song, key = _song(studio, user, song_id)
    text, chosen = studio.lyrics.written(key, form)
    name = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in song.facts.title)[:80]
    headers = {"Content-Disposition": f'attachment; filename="{name or "lyrics"}{chosen.suffixes[0]}"'}
    return PlainTextResponse(text, media_type=chosen.media_type, headers=headers)


@router.get("/api/songs/{song_id}/lyrics/versions")
def versions(studio: TheStudio, user: CurrentUser, song_id: str) -> dict[str, Any]:
    found = studio.lyrics.book.versions(_key(studio, user, song_id))
    return {"versions": [each.to_document(with_lyrics=False) for each in found]}


@router.get("/api/songs/{song_id}/lyrics/versions/{number}")
def version(studio: TheStudio, user: CurrentUser, song_id: str, number: int) -> dict[str, Any]:
    return studio.lyrics.book.version(_key(studio, user, song_id), number).to_document()


@router.get("/api/songs/{song_id}/lyrics/versions/{number}/changes")
def changes(
    studio: TheStudio, user: CurrentUser, song_id: str, number: int, since: Annotated[int | None, Query()] = None
) -> dict[str, Any]:
    """What a version changed, compared with the one it was made from or with `since`."""
    book, key = studio.lyrics.book, _key(studio, user, song_id)
    base = since if since is not None else book.version(key, number).base
    if base == 0:
        raise NotFoundError("This is the first version: there is nothing to compare it with.")
    return {"from": base, "to": number, "changes": [each.to_document() for each in book.difference(key, base, number)]}


@router.post("/api/songs/{song_id}/lyrics/versions/{number}/{verb}")
def decide(studio: TheStudio, user: MemberUser, song_id: str, number: int, verb: str) -> dict[str, Any]:
    """`revert` to a version, `accept` or `decline` one that is offered."""
    book, key = studio.lyrics.book, _key(studio, user, song_id)
    if verb == "revert":
        return _outcome(book.revert(key, number, user.name))
    if verb == "accept":
        return _outcome(book.accept(key, number, user.name))
    if verb == "decline":
        return _outcome(book.decline(key, number))
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
    return _outcome(studio.lyrics.book.shift(_key(studio, user, song_id), seconds, user.name, line))


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


@router.get("/lyrics/{song_id}")
def read_as_documented(studio: TheStudio, user: CurrentUser, song_id: str) -> dict[str, Any]:
    """The documented answer: the lyrics with `available`; no lyrics is an answer, not an error."""
    found = studio.lyrics.book.lyrics(_key(studio, user, song_id))
    return {"available": False} if found is None else {"available": True, **document_of(found.settled())}


@router.get("/lyrics/{song_id}/lrc")
def lrc(studio: TheStudio, user: CurrentUser, song_id: str) -> PlainTextResponse:
    return PlainTextResponse(studio.lyrics.written(_key(studio, user, song_id), "lrc")[0])


@router.post("/lyrics/{song_id}/save")
def save_as_documented(studio: TheStudio, user: MemberUser, song_id: str, document: Document) -> dict[str, Any]:
    version = studio.lyrics.book.save(_key(studio, user, song_id), lyrics_from(document), user.name, "Edited")
    return {"success": True, "message": "Lyrics saved.", "edited": True, **_outcome(version)}


@router.post("/extract-lyrics/{song_id}")
def extract(
    studio: TheStudio,
    user: MemberUser,
    song_id: str,
    language: Annotated[str, Body()] = "auto",
    model: Annotated[str, Body()] = "",
) -> dict[str, Any]:
    """Write down what is sung; answers when it is done, or at once with what to install."""
    answer = transcribe(studio, user, song_id, model, language)
    return {"success": True, **answer}


def _song(studio: Studio, user: User, song_id: str) -> tuple[Song, str]:
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


def current_words(studio: Studio, user: User, song_id: str) -> dict[str, Any]:
    """The current lyrics of a song this user may hear."""
    return _shown(studio.lyrics.book.current(_key(studio, user, song_id)))


def _key(studio: Studio, user: User, song_id: str) -> str:
    return _song(studio, user, song_id)[1]


def _facts(song: Song) -> SongFacts:
    length = Seconds(song.facts.duration_ms / 1000) if song.facts.duration_ms else None
    return SongFacts(song.facts.title, song.facts.artist, song.facts.album, length, song.facts.language)


def _shown(version: LyricsVersion) -> dict[str, Any]:
    head = version.to_document(with_lyrics=False)
    return document_of(version.lyrics) | {key: head[key] for key in ("version", "author", "made_at", "state", "note")}


def _outcome(version: LyricsVersion) -> dict[str, Any]:
    """What became of a change: `applied`, or offered as a proposal."""
    return {"applied": version.state == "applied", **version.to_document()}


def _tag(number: int) -> str:
    return f'"{number}"'


def _number(if_match: str) -> int | None:
    """The version an If-Match names; None when any will do."""
    plain = if_match.strip().removeprefix("W/").strip('"')
    if plain in {"", "*"}:
        return None
    if not plain.isdigit():
        raise InvalidRequestError("If-Match is the ETag of the lyrics, a version number in quotes.")
    return int(plain)
