"""What a listener plays where no sound travels, and who is there."""

import asyncio

from fastapi import APIRouter

from harmonix_splitter.api.dependencies import CurrentUser, TheStudio
from harmonix_splitter.api.documents import PROBLEMS
from harmonix_splitter.errors import NotFoundError

router = APIRouter(prefix="/api/share", tags=["sharing"], responses=PROBLEMS)


@router.get("/{session}/song", summary="One's own song to play along with, where everybody plays for themselves")
async def song_to_play(studio: TheStudio, user: CurrentUser, session: str) -> dict[str, str | None]:
    """`songId` is null while the caller has no song of this item: link it from the library first."""
    facts = await studio.sharing.facts(session, user.id)
    if not facts.active or not facts.item:
        raise NotFoundError("In this session nobody plays along.")
    song = await asyncio.to_thread(studio.library.song_of, user.id, facts.item)
    return {"itemId": facts.item, "songId": song.id if song else None}


@router.get("/{session}/people", summary="Who listens")
async def people(studio: TheStudio, user: CurrentUser, session: str) -> dict[str, int | list[str]]:
    """Everybody by push; those who are signed in by name."""
    count, names = await studio.sharing.people(session, user.id)
    return {"listeners": count, "names": names}
