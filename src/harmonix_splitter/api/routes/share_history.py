"""Past live sessions: how long, who listened, and where the recording is."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from harmonix_splitter.api.dependencies import CurrentUser, TheStudio
from harmonix_splitter.api.documents import PROBLEMS
from harmonix_splitter.domain.accounts import Role
from harmonix_splitter.domain.share_history import PastShare
from harmonix_splitter.errors import NotAllowedError

router = APIRouter(prefix="/api/share-history", tags=["sharing"], responses=PROBLEMS)


@router.get("", summary="Your past sessions, the newest first; everybody's for administrators")
def past(
    studio: TheStudio, user: CurrentUser, everybody: bool = False, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> dict[str, Any]:
    if everybody and user.role is not Role.ADMIN:
        raise NotAllowedError("Only administrators see everybody's sessions.")
    found = studio.recordings.past(None if everybody else user.id, limit)
    return {"sessions": [_shown(share) for share in found]}


def _shown(share: PastShare) -> dict[str, Any]:
    return {
        "sessionId": share.session,
        "epoch": share.epoch,
        "startTime": share.started_at,
        "endTime": share.ended_at or None,
        "sessionDuration": round(share.seconds, 1) if share.ended_at else None,
        "chunks": share.chunks,
        "bytesTransferred": share.bytes,
        "peakListeners": share.peak_listeners,
        "uniqueListeners": share.unique_listeners,
        "songId": share.song_id or None,
    }
