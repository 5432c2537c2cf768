"""The documented lyrics routes, at their documented paths and in their shapes."""

from typing import Annotated, Any

from fastapi import APIRouter, Body
from fastapi.responses import PlainTextResponse

from harmonix_splitter.api.dependencies import CurrentUser, MemberUser, TheStudio
from harmonix_splitter.api.routes.lyrics import Document, transcribe
from harmonix_splitter.api.song_lyrics import key_of, outcome
from harmonix_splitter.domain.lyrics.shapes import document_of, lyrics_from

router = APIRouter(tags=["lyrics"])


@router.get("/lyrics/{song_id}")
def read_as_documented(studio: TheStudio, user: CurrentUser, song_id: str) -> dict[str, Any]:
    """The documented answer: the lyrics with `available`; no lyrics is an answer, not an error."""
    found = studio.lyrics.book.lyrics(key_of(studio, user, song_id))
    return {"available": False} if found is None else {"available": True, **document_of(found.settled())}


@router.get("/lyrics/{song_id}/lrc")
def lrc(studio: TheStudio, user: CurrentUser, song_id: str) -> PlainTextResponse:
    return PlainTextResponse(studio.lyrics.written(key_of(studio, user, song_id), "lrc")[0])


@router.post("/lyrics/{song_id}/save")
def save_as_documented(studio: TheStudio, user: MemberUser, song_id: str, document: Document) -> dict[str, Any]:
    version = studio.lyrics.book.save(key_of(studio, user, song_id), lyrics_from(document), user.name, "Edited")
    return {"success": True, "message": "Lyrics saved.", "edited": True, **outcome(version)}


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
