"""Live share sessions: the seven documented endpoints. Raw handlers: five posts a second per sharer."""

import asyncio
import hmac
import io
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Any

from fastapi import APIRouter
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from harmonix_splitter.api.doors import Proof, asks
from harmonix_splitter.api.error_responses import status_of
from harmonix_splitter.api.gate import identity_of
from harmonix_splitter.api.share_bodies import (
    answer,
    body_of,
    chunk_of,
    chunks_as_json,
    metadata_of,
    refusal,
    start_of,
)
from harmonix_splitter.api.share_recorder import ShareRecorder
from harmonix_splitter.api.share_together import item_played
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import Role, Scope
from harmonix_splitter.domain.sharing import Served, called, checked_session_id
from harmonix_splitter.domain.webhooks import TOPIC, Happening, notice
from harmonix_splitter.errors import HarmonixError, InvalidRequestError, SignInRequiredError
from harmonix_splitter.services.sharing import MAX_CHUNK, MAX_METADATA, SharingService

router = APIRouter(prefix="/api/share", tags=["sharing"])

Handler = Callable[[Request, SharingService], Awaitable[Response]]
_PUBLISHER = "x-share-publisher"
_LISTENER = "x-share-listener"


def _studio(request: Request) -> Studio:
    found: Studio = request.app.state.studio
    return found


def shared(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Check who asks, run, and answer refusals in the documents' shape."""

    @wraps(handler)
    async def checked(request: Request) -> Response:
        try:
            studio = _studio(request)
            may_share(request, studio)
            return await handler(request, studio.sharing)
        except HarmonixError as error:
            return refusal(error, status_of(error), getattr(error, "retry_after", None))

    # FastAPI reads the signature: the wrapped handler's second argument is ours, not the request's.
    checked.__dict__.pop("__wrapped__", None)
    checked.__annotations__ = {"request": Request, "return": Response}
    return asks(Proof.SHARE, Proof.MEMBER)(checked)


def may_share(request: HTTPConnection, studio: Studio) -> None:
    """Let in whoever shows the share token of the settings, and members signed in to the studio."""
    if bears_token(request, studio):
        return
    identity = identity_of(request)
    if identity is None:
        raise SignInRequiredError("Unauthorized", advice="Send the server's share token as Authorization: Bearer.")
    identity.require(Role.MEMBER, Scope.READ if request.scope.get("method") in {"GET", "HEAD"} else Scope.WRITE)


def bears_token(request: HTTPConnection, studio: Studio) -> bool:
    return token_check(studio.settings.sharing.bearer_token)(request.headers.get("authorization", "").encode("latin-1"))


def token_check(wanted: str) -> Callable[[bytes], bool]:
    """Whether a header holds the share token, as the known client sends it (with or without the word Bearer)."""
    token = wanted.removeprefix("Bearer ").strip().encode()
    return lambda given: bool(token) and hmac.compare_digest(given.removeprefix(b"Bearer ").strip(), token)


@router.post("/start", summary="Start a session")
@shared
async def start(request: Request, sharing: SharingService) -> Response:
    said, studio, identity = start_of(await body_of(request, 4_096)), _studio(request), identity_of(request)
    if said.record and identity is None:
        raise SignInRequiredError("A recording becomes a song of somebody's: sign in to record.")
    item = await asyncio.to_thread(item_played, studio, identity, said) if said.together else ""
    # A member's session is the member's own: others who are signed in here may not speak into it.
    protect = said.protect or not bears_token(request, studio)
    begun = await sharing.start(said.sessionId, token=_token(request), protect=protect, item=item)
    _tell(request, Happening.SHARE_STARTED, begun.session, {"sessionId": begun.session})
    owner = identity.user.id if identity else ""
    share = await asyncio.to_thread(studio.recordings.begun, begun.session, begun.epoch, owner, begun.timestamp)
    if said.record:
        await recorder_of(request.app).begin(share)
    body = {"success": True, "sessionId": begun.session, "timestamp": begun.timestamp, "epoch": begun.epoch}
    if begun.publisher_token:
        body["publisherToken"] = begun.publisher_token
    return answer(body)


def recorder_of(app: Any) -> ShareRecorder:
    """The server's one recorder."""
    if not hasattr(app.state, "share_recorder"):
        studio: Studio = app.state.studio
        app.state.share_recorder = ShareRecorder(studio.sharing, studio.recordings)
    recorder: ShareRecorder = app.state.share_recorder
    return recorder


async def post_metadata(request: Request, sharing: SharingService) -> Response:
    sharing.pace(_session(request))
    raw = metadata_of(await body_of(request, MAX_METADATA))
    count = await sharing.post_metadata(_session(request), _token(request), raw)
    return answer({"success": True, "listenersNotified": count})


async def post_audio(request: Request, sharing: SharingService) -> Response:
    sharing.pace(_session(request))
    chunk = chunk_of(await body_of(request, MAX_CHUNK * 4 // 3 + 1_024), sharing.now())
    kept = await sharing.post_chunk(_session(request), _token(request), chunk)
    return answer({"success": True, "buffered": kept.buffered, "duplicate": kept.duplicate})


@router.post("/{session}/stop", summary="End a session")
@shared
async def stop(request: Request, sharing: SharingService) -> Response:
    facts, lasted = await sharing.stop(_session(request), _token(request))
    await asyncio.to_thread(_studio(request).recordings.ended, facts, sharing.now())
    totals = {"sessionDuration": round(lasted / 1000, 1), "bytesTransferred": facts.bytes}
    stats = {
        **totals,
        "chunks": facts.chunks,
        "duplicates": facts.duplicates,
        "late": facts.late,
        "peakListeners": facts.peak_listeners,
        "uniqueListeners": facts.unique_listeners,
    }
    _tell(request, Happening.SHARE_ENDED, _session(request), {"sessionId": _session(request), **stats})
    return answer({"success": True, **totals, "stats": stats})


def _tell(request: Request, kind: Happening, session: str, data: Mapping[str, object]) -> None:
    """For webhooks: a session is its starter's own affair."""
    studio, identity = _studio(request), identity_of(request)
    concerned = [identity.user.id] if identity else []
    key = f"{session}:{studio.parts.clock.now().timestamp():.0f}"
    studio.parts.events.publish(TOPIC, notice(kind, key, concerned, data))


async def status(request: Request, sharing: SharingService) -> Response:
    session = _session(request)
    facts = await sharing.facts(session, _address(request))
    playing = await sharing.title(session) if facts.active else None
    shown = {"title": playing.get("title"), "artist": playing.get("artist")} if playing else None
    return answer(
        {
            "isActive": facts.active,
            "startTime": facts.start_time,
            "listenerCount": facts.listeners,
            "currentMetadata": shown,
            "epoch": facts.epoch,
            "ended": not facts.active,
        }
    )


async def get_metadata(request: Request, sharing: SharingService) -> Response:
    playing = await sharing.metadata(_session(request), _address(request), _listener(request))
    return answer(dict(playing))


@router.get("/{session}/qr.svg", summary="The way to listen, as a QR code")
@shared
async def qr(request: Request, _sharing: SharingService) -> Response:
    import segno

    session = checked_session_id(_session(request))
    base = _studio(request).settings.server.public_url or str(request.base_url)
    picture = io.BytesIO()
    segno.make(f"{base.rstrip('/')}/listen/{session}", error="m").save(picture, kind="svg", scale=8, border=2)
    return Response(picture.getvalue(), media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


async def get_audio(request: Request, sharing: SharingService) -> Response:
    served = await sharing.chunks(_session(request), _since(request), _address(request), _listener(request))
    if not served.chunks:
        return Response(status_code=204, headers=_headers(served))
    response = answer(chunks_as_json(served.chunks))
    response.headers.update(_headers(served))
    return response


# These five also stand in the fast lane (share_lane.py), which calls them bare.
router.get("/{session}/status", summary="Is it on, since when, who listens?")(shared(status))
router.post("/{session}/metadata", summary="Say what is playing")(shared(post_metadata))
router.post("/{session}/audio", summary="Send a chunk of sound")(shared(post_audio))
router.get("/{session}/metadata", summary="What is playing")(shared(get_metadata))
router.get("/{session}/audio", summary="The chunks after `since`")(shared(get_audio))


def _session(request: Request) -> str:
    return str(request.path_params["session"])


def _token(request: Request) -> str:
    return request.headers.get(_PUBLISHER, "")


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _listener(request: Request) -> str:
    """Who listens: its own name for itself, else its address; the known client has none."""
    return called(request.headers.get(_LISTENER) or request.query_params.get("listenerId") or "")


def _headers(served: Served) -> dict[str, str]:
    return {"X-Share-Epoch": str(served.epoch), "X-Share-Head": str(served.head)}


def _since(request: Request) -> int:
    text = request.query_params.get("since", "-1")
    try:
        return max(-1, int(text))
    except ValueError:
        raise InvalidRequestError("since must be a whole number, -1 for the first time.") from None
