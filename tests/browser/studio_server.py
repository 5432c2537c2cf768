"""A stand-in for the API beside the built studio: a large library, work in every state, and hostile words."""

from typing import Annotated, Any

from fastapi import Body, FastAPI, HTTPException, Query, WebSocket
from starlette.websockets import WebSocketDisconnect

from harmonix_splitter.studio import static_files

MANY = 100_000
HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
ME = {
    "id": "u1", "name": "mika", "role": "admin", "displayName": "Mika", "email": "mika@example.org", "bio": "",
    "avatarUrl": None, "isActive": True, "createdAt": None, "lastLoginAt": "2026-01-01T00:00:00Z",
}  # fmt: skip
STEMS = ["vocals", "drums", "bass", "other", "guitar", "piano"]
OUTLINE = {stem: list(range(0, 120, 3)) for stem in STEMS}


def song(place: int) -> dict[str, Any]:
    title = HOSTILE if place == 2 else f"Song {place}"
    return {
        "id": f"s{place}", "title": title, "artist": f"Artist {place % 900}", "album": None, "status": "completed",
        "durationMs": 180_000 + place, "source": "upload", "sourceUrl": None, "videoId": None, "mode": "grouped",
        "quality": "balanced", "itemId": f"i{place}", "isLibraryLink": place % 3 == 0, "instant": place % 5 == 0,
        "hasLyrics": place % 2 == 0, "stems": STEMS, "bpm": 90 + place % 80, "camelot": f"{place % 12 + 1}A",
        "dateAdded": "2026-01-01T00:00:00Z", "mine": True, "rating": None, "instruments": ["vocals"],
    }  # fmt: skip


def job(name: str, status: str, stage: str, progress: float, **more: Any) -> dict[str, Any]:
    return {
        "id": name, "jobId": name, "songId": f"s-{name}", "title": f"Song {name}", "artist": "Ada", "status": status,
        "stage": stage, "progress": progress, "mode": "grouped", "quality": "balanced", "videoId": None,
        "duration": 200, "attempts": 1, "notes": [], "error": None, "errorCode": None, "advice": None,
        "dismissed": False, "createdAt": "2026-01-01T00:00:00Z", "startedAt": "2026-01-01T00:00:00Z",
        "completedAt": None, "remainingSeconds": {"from": 60, "to": 130}, **more,
    }  # fmt: skip


def application() -> FastAPI:
    app = FastAPI()
    app.state.deleted = []
    app.state.signed_in = True
    app.state.is_new = False
    _people(app)
    _songs(app)
    _work(app)
    _administration(app)
    _others(app)
    static_files.mount(app)
    return app


def _people(app: FastAPI) -> None:
    @app.get("/api/auth/me")
    def me() -> dict[str, Any]:
        if not app.state.signed_in:
            raise HTTPException(401, "Sign in first.")
        return ME

    @app.post("/api/auth/login")
    def login(wish: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        if wish["password"] != "right":
            raise HTTPException(401, "Name or password is not right.")
        app.state.signed_in = True
        return ME

    @app.get("/api/setup")
    def setup() -> dict[str, bool]:
        return {"needed": app.state.is_new, "needsCode": False}

    @app.get("/api/auth/options")
    def options() -> dict[str, Any]:
        return {"needsSetup": False, "signUp": "open", "oidc": False}

    @app.get("/api/account/sessions")
    def sessions() -> list[dict[str, Any]]:
        now = "2026-01-01T00:00:00Z"
        agent = "Mozilla/5.0 (X11; Linux) Chrome/150"
        place = {"id": "a", "createdAt": now, "seenAt": now, "remembered": True, "agent": agent}
        return [place | {"address": "::1", "isThis": True}]

    @app.get("/api/account/keys")
    def keys() -> list[dict[str, Any]]:
        key = {"id": "k", "name": "backup", "scopes": ["read"], "createdAt": "2026-01-01T00:00:00Z"}
        return [key | {"expiresAt": None, "lastUsedAt": None}]

    @app.get("/api/account/activities")
    def activities() -> list[dict[str, Any]]:
        return [{"kind": "login", "description": "Signed in", "at": "2026-01-01T00:00:00Z", "timeAgo": "", "icon": ""}]


def _songs(app: FastAPI) -> None:
    @app.get("/api/browse/songs")
    def browse(q: str = "", offset: int = 0, limit: int = 50, whose: str = "mine") -> dict[str, Any]:
        total = 0 if whose == "shared" else 7 if q else MANY
        songs = [song(place) for place in range(offset, min(offset + limit, total))]
        return {"songs": songs, "pagination": {"total": total, "limit": limit, "offset": offset, "hasMore": False}}

    @app.get("/api/browse/songs/{song_id}")
    def one(song_id: str) -> dict[str, Any]:
        alike = {"id": "i9", "title": "Song 9 (live)", "artist": "Ada", "duration": 201, "likeness": 0.8}
        return song(int(song_id[1:])) | {"sourceUrl": "https://youtu.be/abcdefghijk", "looksLike": [alike]}

    @app.get("/api/songs/{song_id}/versions")
    def versions(song_id: str) -> dict[str, Any]:
        both = [{"id": name, "stems": STEMS, "engine": "demucs", "model": "", "createdAt": "2026-01-01T00:00:00Z",
                 "current": name == "a"} for name in "ab"]  # fmt: skip
        return {"versions": both, "undecided": True}

    @app.delete("/api/songs/{song_id}")
    def delete(song_id: str) -> dict[str, str]:
        app.state.deleted.append(song_id)
        return {"message": "Song deleted."}

    @app.get("/api/songs/artists")
    def artists(offset: int = 0) -> dict[str, Any]:
        names = [f"{letter}{name}" for letter in "ABCÄZ" for name in ("da", "lma", "no")]
        shown = [{"name": name, "songCount": 3, "firstLetter": name[0]} for name in names]
        return {"artists": shown, "pagination": {"total": 15, "limit": 200, "offset": 0, "hasMore": False}}


def _work(app: FastAPI) -> None:
    @app.get("/api/jobs/")
    def jobs() -> dict[str, Any]:
        failed = {"error": "YouTube wants a sign-in for this video.", "advice": "Upload the file instead."}
        listed = [
            job("one", "processing", "separate", 47.0),
            job("two", "pending", "waiting", 0.0, startedAt=None, remainingSeconds=None),
            job("three", "failed", "fetch", 12.0, **failed),
            job("four", "completed", "done", 100.0),
        ]
        return {"jobs": listed, "pausedSince": "2026-01-01T00:00:00Z"}

    @app.post("/estimate")
    def estimate() -> dict[str, Any]:
        return {"total_seconds": 100.0, "low_seconds": 70.0, "high_seconds": 150.0, "basis": ""}

    @app.post("/validate-url")
    def validate() -> dict[str, Any]:
        return {"valid": True, "title": "A Video", "duration": 201, "uploader": "Somebody"}

    @app.post("/api/instant")
    def instant(wish: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        return {"links": wish["links"], "files": []}

    @app.post("/upload-url")
    def upload_url() -> dict[str, Any]:
        return {"job_id": "s1", "song_id": "s1", "status": "completed", "instant": True, "message": ""}

    @app.websocket("/ws")
    async def news(socket: WebSocket) -> None:
        await socket.accept()
        try:
            while True:
                await socket.receive_text()
        except WebSocketDisconnect:
            return


def _administration(app: FastAPI) -> None:
    item = {
        "id": "i1", "title": "Song", "artist": "Ada", "displayName": "Ada - Song", "mode": "grouped", "quality": "fast",
        "engine": "embedded", "model": "", "device": "cpu", "stems": STEMS, "duration": 200.0, "size": 4_000_000,
        "usageCount": 2, "status": "published", "pinned": True, "notes": [], "processingTime": 12.0,
        "createdAt": "2026-01-01T00:00:00Z", "rating": 2.5,
    }  # fmt: skip
    numbers = {
        "total_items": 12, "total_size_mb": 480.0, "total_usage": 31, "average_usage": 2.6, "users": 4,
        "items_by_usage": {"unused": 2, "low": 5, "medium": 4, "high": 1}, "archived_items": 1,
    }  # fmt: skip
    queues = {
        "pausedSince": "2026-01-01T00:00:00Z",
        "waiting": 1,
        "active": 1,
        "failed": 1,
        "completed": 5,
        "atOnce": {"fetch": 3, "separate": 1},
    }
    stats = {"version": "0.1", "uptimeSeconds": 9000, "users": 4, "jobs": {}, "library": {}, "freeBytes": 10**11}
    finding = {"name": "separation", "health": "missing", "used": "", "seconds": 0.1, "advice": "Pull a model."}
    model = {
        "name": "htdemucs", "engine": "demucs", "stems": STEMS[:4], "presence": "here", "licence": "MIT",
        "source": "https://github.com/adefossez/demucs", "about": "Four stems.", "size": 84_000_000,
        "canBePulled": True,
    }  # fmt: skip
    models = [model, model | {"name": "htdemucs_ft", "presence": "not here"}]
    settings = [
        {"key": "server.port", "value": 8000, "origin": "default"},
        {"key": "backups.daily_at", "value": 3, "origin": "environment"},
        {"key": "backups.keep", "value": 7, "origin": "default"},
    ]
    entry = {"time": "2026-01-01T00:00:00", "level": "warning", "event": "slow disk", "seconds": 3}
    answers: dict[str, Any] = {
        "/admin/library/stats": numbers,
        "/admin/library/worst": {"items": [item]},
        "/api/admin/stats": stats,
        "/api/admin/queues": queues,
        "/api/admin/users": {"users": [ME, ME | {"id": "u2", "name": "bo", "role": "guest"}], "next": None},
        "/api/admin/invites": [],
        "/api/admin/logs": {"entries": [entry]},
        "/api/admin/settings": {"settings": settings},
        "/api/admin/models": models,
        "/api/admin/backups": ["2026-01-01T000000"],
        "/api/admin/storage/faults": {"faults": [], "isComplete": True},
        "/api/library": {"items": [item], "pagination": {"total": 1, "limit": 50, "offset": 0, "hasMore": False}},
        "/api/library/{item}": item,
        "/api/doctor": {"well": True, "findings": [finding | {"health": "ok", "name": "database"}, finding]},
    }
    for path, answer in answers.items():
        app.get(path)(lambda answer=answer: answer)

    @app.get("/api/outlines")
    def outlines(id: Annotated[list[str], Query()]) -> dict[str, Any]:
        return dict.fromkeys(id, OUTLINE)


def _others(app: FastAPI) -> None:
    """Who is told, who may hear, and who listened."""
    now = "2026-01-01T00:00:00Z"
    hook = {
        "id": "h1", "userId": "u1", "url": "https://example.org/" + "long-" * 30, "events": ["job_completed"],
        "ofEverybody": True, "isActive": False, "failures": 5, "notice": "Five deliveries were given up.",
        "createdAt": now,
    }  # fmt: skip
    link = {
        "id": "l1",
        "url": "/api/listen/word",
        "note": HOSTILE,
        "createdAt": now,
        "expiresAt": "2999-01-01T00:00:00Z",
    }
    session = {
        "sessionId": "123456", "epoch": 1, "startTime": 1_767_225_600_000, "sessionDuration": 4000, "songId": "s1",
        "uniqueListeners": 12, "peakListeners": 9,
    }  # fmt: skip
    heard = {"title": "Song " * 30, "artist": "Ada", "stems": [{"name": stem, "url": "", "size": 1} for stem in STEMS]}
    answers: dict[str, Any] = {
        "/api/webhooks": [hook, hook | {"id": "h2", "isActive": True, "notice": "", "url": "https://example.org/b"}],
        "/api/songs/{song}/links": [link | {"expiresAt": "2999-01-01T00:00:00Z"}],
        "/api/songs/{song}/outline": OUTLINE,
        "/api/share-history": {"sessions": [session, session | {"epoch": 2, "sessionDuration": None}]},
        "/api/listen/{word}": heard,
    }
    for path, answer in answers.items():
        app.get(path)(lambda answer=answer: answer)
