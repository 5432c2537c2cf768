"""The documented lyrics routes, at their documented paths and in their shapes."""

from typing import Annotated, Any

from fastapi import APIRouter, Body
from fastapi.responses import JSONResponse, PlainTextResponse

from harmonix_splitter.api.dependencies import CurrentUser, MemberUser, TheStudio
from harmonix_splitter.api.routes.lyrics import Document, transcribe
from harmonix_splitter.api.song_lyrics import key_of, outcome
from harmonix_splitter.domain.lyrics.shapes import document_of, lyrics_from, segments_of

router = APIRouter(tags=["lyrics"])


@router.get("/lyrics/{song_id}")
def read_as_documented(studio: TheStudio, user: CurrentUser, song_id: str) -> dict[str, Any]:
    """The documented answer: the lyrics with `available`; no lyrics is an answer, not an error."""
    found = studio.lyrics_book.lyrics(key_of(studio, user, song_id))
    return {"available": False} if found is None else {"available": True, **document_of(found.settled())}


@router.get("/api/extractions/{song_id}/lyrics")
def segments(studio: TheStudio, user: CurrentUser, song_id: str) -> dict[str, Any]:
    """Timed lines as StemTube keeps them: `[{start, end, text, words: [{start, end, word}]}]`."""
    found = studio.lyrics_book.lyrics(key_of(studio, user, song_id))
    return {"success": True, "lyrics": segments_of(found) if found else [], "cached": found is not None}


@router.get("/lyrics/{song_id}/lrc")
def lrc(studio: TheStudio, user: CurrentUser, song_id: str) -> PlainTextResponse:
    return PlainTextResponse(studio.lyrics.written(key_of(studio, user, song_id), "lrc")[0])


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
