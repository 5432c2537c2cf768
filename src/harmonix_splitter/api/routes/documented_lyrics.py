"""The documented lyrics routes, at their documented paths and in their shapes."""

from typing import Annotated, Any

from fastapi import APIRouter, Body
from fastapi.responses import JSONResponse, PlainTextResponse

from harmonix_splitter.api.dependencies import CurrentUser, MemberUser, TheStudio
from harmonix_splitter.api.routes.lyrics import Document, transcribe
from harmonix_splitter.api.song_cuts import TheTimes, cut_asked
from harmonix_splitter.api.song_lyrics import key_of, outcome, song_and_key
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import User
from harmonix_splitter.domain.cuts import Times
from harmonix_splitter.domain.lyrics import Lyrics
from harmonix_splitter.domain.lyrics.cuts import shifted
from harmonix_splitter.domain.lyrics.shapes import document_of, lyrics_from, segments_of

router = APIRouter(tags=["lyrics"])


@router.get("/lyrics/{song_id}")
def read_as_documented(studio: TheStudio, user: CurrentUser, song_id: str, times: TheTimes) -> dict[str, Any]:
    """The documented answer: the lyrics with `available`; no lyrics is an answer, not an error."""
    found = _lyrics(studio, user, song_id, times)
    return {"available": False} if found is None else {"available": True, **document_of(found.settled())}


@router.get("/api/extractions/{song_id}/lyrics")
def segments(studio: TheStudio, user: CurrentUser, song_id: str, times: TheTimes) -> dict[str, Any]:
    """Timed lines as StemTube keeps them: `[{start, end, text, words: [{start, end, word}]}]`."""
    found = _lyrics(studio, user, song_id, times)
    return {"success": True, "lyrics": segments_of(found) if found else [], "cached": found is not None}


@router.get("/lyrics/{song_id}/lrc")
def lrc(studio: TheStudio, user: CurrentUser, song_id: str, times: TheTimes) -> PlainTextResponse:
    song, key = song_and_key(studio, user, song_id)
    return PlainTextResponse(studio.lyrics.written(key, "lrc", cut_asked(studio, song, times))[0])


@router.post("/lyrics/{song_id}/save")
def save_as_documented(studio: TheStudio, user: MemberUser, song_id: str, document: Document) -> dict[str, Any]:
    version = studio.lyrics_book.save(key_of(studio, user, song_id), lyrics_from(document), user.name, "Edited")
    return {"success": True, "message": "Lyrics saved.", "edited": True, **outcome(version)}


@router.post("/extract-lyrics/{song_id}", status_code=202, response_model=None)
def extract(
    studio: TheStudio,
    user: MemberUser,
    song_id: str,
    language: Annotated[str, Body()] = "auto",
    model: Annotated[str, Body()] = "",
) -> JSONResponse:
    """Have what is sung written down: a job, or at once an error with what to install."""
    return transcribe(studio, user, song_id, model, language)


def _lyrics(studio: Studio, user: User, song_id: str, times: Times) -> Lyrics | None:
    song, key = song_and_key(studio, user, song_id)
    found, cut = studio.lyrics_book.lyrics(key), cut_asked(studio, song, times)
    return shifted(found, cut) if found and cut else found
