"""Files in, and how long they will take: `/upload`, `/estimate`, and the older API's `/api/split`."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Query, UploadFile
from fastapi.responses import JSONResponse
from pydantic import Field, ValidationError

from harmonix_splitter.api.dependencies import CurrentUser, MemberUser, TheStudio
from harmonix_splitter.api.documents import PROBLEMS
from harmonix_splitter.api.on_the_spot import checked_size, pieces_of
from harmonix_splitter.api.wishes import RecipeWish
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import ActivityKind, User
from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.domain.songs import UNKNOWN, SongFacts
from harmonix_splitter.errors import InvalidRequestError
from harmonix_splitter.services.ports.songs import Asked
from harmonix_splitter.services.ports.sources import Upload

router = APIRouter(tags=["uploads"], responses=PROBLEMS)
_DAY = 86_400.0
Word = Annotated[str, Form(max_length=200)]
Asking = Annotated[str, Query(max_length=200)]


class EstimateWish(RecipeWish):
    duration: Annotated[float, Field(ge=0, le=_DAY, allow_inf_nan=False)]


def recipe_in_form(mode: Word = "", quality: Word = "", engine: Word = "", instruments: Word = "") -> RecipeWish:
    return _wish(mode, quality, engine, instruments)


def recipe_in_query(mode: Asking = "", quality: Asking = "", target_instruments: Asking = "") -> RecipeWish:
    return _wish(mode, quality, "", target_instruments)


@router.post("/upload", summary="Send a file to be separated")
def upload(
    file: Annotated[UploadFile, File()],
    recipe: Annotated[RecipeWish, Depends(recipe_in_form)],
    studio: TheStudio,
    user: MemberUser,
    output_name: Word = "",
) -> dict[str, Any]:
    return begun(take_upload(studio, user, file, recipe, output_name))


@router.post("/api/split", status_code=202, summary="Send a file to be separated (the older API)")
def split(
    file: Annotated[UploadFile, File()],
    recipe: Annotated[RecipeWish, Depends(recipe_in_query)],
    studio: TheStudio,
    user: MemberUser,
) -> JSONResponse:
    asked = take_upload(studio, user, file, recipe, "")
    is_done = asked.song.is_playable
    shown = {
        "job_id": asked.job.id if asked.job else asked.song.id,
        "status": "completed" if is_done else "pending",
        "progress": 1.0 if is_done else 0.0,
        "message": "In the library already." if is_done else "The song will be worked on.",
        "result": None,
        "created_at": asked.song.added_at.isoformat(),
        "completed_at": asked.song.added_at.isoformat() if is_done else None,
    }
    return JSONResponse(shown, 202)


@router.post("/estimate", summary="How long a recording of so many seconds takes here")
@router.post("/estimate-time", include_in_schema=False)
def estimate(wish: EstimateWish, studio: TheStudio, _user: CurrentUser) -> dict[str, Any]:
    """From this machine's own history; `null` until it has done a few songs of this kind."""
    recipe = wish.recipe(studio.settings)
    span = studio.estimates.usual(recipe.key, wish.duration)
    likely = None if span is None else round((span.least + span.most) / 2, 1)
    return {
        "total_seconds": likely,
        "low_seconds": None if span is None else round(span.least, 1),
        "high_seconds": None if span is None else round(span.most, 1),
        "total_formatted": None if likely is None else _spoken(likely),
        "quality": str(recipe.quality),
        "basis": "Too few songs done here yet to say." if span is None else "The last songs done here.",
    }


def begun(asked: Asked) -> dict[str, Any]:
    """What somebody who sent a file is told."""
    if asked.song.is_playable:
        found = {"job_id": asked.song.id, "song_id": asked.song.id, "status": "completed", "instant": True}
        return {**found, "message": "In the library already."}
    assert asked.job is not None
    queued = {"job_id": asked.job.id, "song_id": asked.song.id, "status": "queued", "instant": False}
    return {**queued, "message": "The song will be worked on."}


def take_upload(studio: Studio, user: User, file: UploadFile, recipe: RecipeWish, name: str) -> Asked:
    """Store the file under its hash and ask for it; what is stored already is asked for by its hash alone."""
    most = checked_size(studio, file)
    wanted = recipe.recipe(studio.settings)
    received = studio.sources.uploads.receive(file.filename or "upload", pieces_of(file), most)
    return asked_for(studio, user, received, wanted, name)


def asked_for(studio: Studio, user: User, received: Upload, recipe: Recipe, name: str = "") -> Asked:
    facts = SongFacts(name.strip(), UNKNOWN) if name.strip() else None
    asked = studio.songs.request_upload(user.id, received, recipe, facts)
    studio.accounts.people.note(user.id, ActivityKind.UPLOAD, f"Uploaded {received.name}", song_id=asked.song.id)
    return asked


def _wish(mode: str, quality: str, engine: str, instruments: str) -> RecipeWish:
    named = {"mode": mode, "quality": quality, "engine": engine, "instruments": instruments}
    try:
        return RecipeWish.model_validate({name: value for name, value in named.items() if value})
    except ValidationError as wrong:
        first = wrong.errors()[0]
        raise InvalidRequestError(f"{first['loc'][0]}: {first['msg']}.", field=str(first["loc"][0])) from None


def _spoken(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
