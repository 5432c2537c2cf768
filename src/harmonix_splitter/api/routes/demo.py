"""The demo song the studio offers on its first start."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from harmonix_splitter.api.dependencies import MemberUser, TheStudio
from harmonix_splitter.api.documents import PROBLEMS
from harmonix_splitter.api.shapes import song_shape

router = APIRouter(tags=["songs"], responses=PROBLEMS)


@router.post("/api/demo", status_code=202, summary="Have the demo song made and processed")
def demo(studio: TheStudio, user: MemberUser) -> JSONResponse:
    asked = studio.demo.ask(user.id)
    body: dict[str, Any] = {"song": song_shape(asked.song), "songId": asked.song.id}
    if asked.job is not None and not asked.song.is_playable:
        body["jobId"] = asked.job.id
    return JSONResponse(body, 200 if asked.song.is_playable else 202)
