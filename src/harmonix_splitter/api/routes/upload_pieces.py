"""Large files in pieces: begin, send each piece at the place where the file ends, finish. A broken connection costs one
piece; what nobody goes on with for a day is gone."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.requests import ClientDisconnect

from harmonix_splitter.api.dependencies import CurrentUser, MemberUser, TheStudio
from harmonix_splitter.api.documents import PROBLEMS, Answer, Wish
from harmonix_splitter.api.routes.uploads import asked_for, begun
from harmonix_splitter.api.wishes import RecipeWish
from harmonix_splitter.errors import BodyTooLargeError, InvalidRequestError
from harmonix_splitter.services.uploads import PIECE_BYTES

router = APIRouter(prefix="/api/uploads", tags=["uploads"], responses=PROBLEMS)


class UploadWish(Wish):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    size: Annotated[int, Field(ge=0)]


class UploadAnswer(Answer):
    """`received` is where the next piece begins."""

    id: str
    name: str
    size: int
    received: int
    piece_bytes: int = PIECE_BYTES


async def piece_of(request: Request) -> bytes:
    """The body, if it is no longer than a piece may be; a piece that broke off counts for nothing."""
    piece = bytearray()
    try:
        async for part in request.stream():
            piece += part
            if len(piece) > PIECE_BYTES:
                raise BodyTooLargeError(f"A piece has at most {PIECE_BYTES} bytes.")
    except ClientDisconnect:
        raise InvalidRequestError("The piece broke off.") from None
    return bytes(piece)


@router.post("", status_code=201, summary="Begin to send a file in pieces")
def begin(wish: UploadWish, studio: TheStudio, user: MemberUser) -> UploadAnswer:
    return UploadAnswer.model_validate(studio.uploads.begin(user.id, wish.name, wish.size))


@router.get("/{upload_id}", summary="How much of a file is here")
def look(upload_id: str, studio: TheStudio, user: CurrentUser) -> UploadAnswer:
    return UploadAnswer.model_validate(studio.uploads.found(upload_id, user.id))


@router.patch(
    "/{upload_id}",
    summary="Send the next piece",
    openapi_extra={"requestBody": {"content": {"application/octet-stream": {}}, "required": True}},
)
def append(
    upload_id: str,
    offset: Annotated[int, Query(ge=0)],
    piece: Annotated[bytes, Depends(piece_of)],
    studio: TheStudio,
    user: MemberUser,
) -> UploadAnswer:
    """`offset` must be where the file ends; anything else is 409, and asking tells the right place."""
    return UploadAnswer.model_validate(studio.uploads.append(upload_id, user.id, offset, piece))


@router.post("/{upload_id}/finish", summary="The file is whole: have it worked on")
def finish(upload_id: str, wish: RecipeWish, studio: TheStudio, user: MemberUser) -> dict[str, Any]:
    recipe = wish.recipe(studio.settings)
    return begun(asked_for(studio, user, studio.uploads.finish(upload_id, user.id), recipe))


@router.delete("/{upload_id}", status_code=204, summary="Drop a file that was begun")
def drop(upload_id: str, studio: TheStudio, user: MemberUser) -> None:
    studio.uploads.drop(upload_id, user.id)
