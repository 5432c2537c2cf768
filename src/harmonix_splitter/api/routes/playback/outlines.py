"""Small pictures of many songs in one answer: a page of the library asks once."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from harmonix_splitter.api.dependencies import CurrentUser, TheStudio
from harmonix_splitter.api.song_files import song_files
from harmonix_splitter.errors import ConflictError, NotFoundError

router = APIRouter()
MOST = 60
SongIds = Annotated[list[Annotated[str, Query(max_length=100)]], Query(alias="id", min_length=1, max_length=MOST)]


@router.get("/api/outlines", summary="The outlines of several songs, of those that are drawn already")
def outlines(ids: SongIds, studio: TheStudio, user: CurrentUser, request: Request) -> dict[str, Any]:
    """`{song: {stem: [how loud, 0 to 127]}}`. What is not there, or not theirs, is left out; a song's own outline is
    drawn when it is asked for by itself."""
    files, found = song_files(request), {}
    for song_id in dict.fromkeys(ids):
        try:
            path = studio.playback.drawn_outline(files.look_up(user, song_id).files)
        except (NotFoundError, ConflictError):
            continue
        if path is not None:
            found[song_id] = json.loads(path.read_text())
    return found
