"""Who may do what: every route, asked by everybody. A route without a row here is a red test."""

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from harmonix_splitter.domain.accounts import Role
from tests.songs_on_file import finished_song
from tests.studios import key_of, person, served

PUBLIC, GUEST, MEMBER, ADMIN = "public", "guest", "member", "admin"
OWN_RULES = "its own token"
READ_METHODS = {"GET", "HEAD"}

# The rule of each route: (who may ask, paths as regular expressions). The first that fits decides.
RULES = [
    (
        PUBLIC,
        r"/health|/health/live|/health/ready|/api/health|/api/setup|/api/auth/(login|register|options)|/login|/register"
        r"|/docs|/docs/style\.css|/logout|/api/plan-info|/avatars/\{name\}|/\{path:path\}",
    ),
    (OWN_RULES, r"/api/share/.*|/api/rooms.*|/api/karaoke-queue.*|/api/party/.*|/share/.*|/api/oidc/.*|/api/listen/.*"),
    (ADMIN, r"/metrics|/api/doctor|/api/admin/.*|/admin/.*"),
]
ROOM, SONG = r"/api/rooms/\{code\}", r"/songs/\{song_id\}"
NOBODY, A_MEMBER, A_SINGER_ELSEWHERE = "who knows the code", "a member", "a singer of another room"
# Who gets into a room's route without being its singer or its host. The first that fits decides.
STRANGERS_IN_ROOMS = [
    ({A_MEMBER}, "(GET|POST) /api/rooms"),
    ({NOBODY, A_MEMBER, A_SINGER_ELSEWHERE}, rf"GET {ROOM}(|/qr\.svg|{SONG}/.*)|POST {ROOM}/(join|sung)"),
    ({NOBODY, A_MEMBER}, rf"GET {ROOM}/songs"),
    (
        set(),
        rf"(GET|PUT|POST|PATCH|DELETE) {ROOM}(|/(videos|range|stage|next|skip|restart|pause)|/singers/\{{singer_id\}})",
    ),
    (set(), rf"(POST|DELETE) {ROOM}/turns(|/\{{turn_id\}}(|/swap|/move|/play))"),
]
MEMBERS_ONLY_METHODS = {"POST", "PUT", "PATCH", "DELETE"}
GUESTS_MAY_WRITE = (
    r"/api/instant|/api/auth/logout|/api/account.*|/account/.*|/validate-url|/estimate(-time)?|/api/logs/browser"
)


ASK_FOR_REAL = {"guest", "key that reads"}
LONG = {"/api/events", "/api/doctor", "/api/admin/storage/faults"}


def rule_of(path: str, method: str) -> str:
    for who, pattern in RULES:
        if re.fullmatch(pattern, path):
            return who
    if method in MEMBERS_ONLY_METHODS and not re.fullmatch(GUESTS_MAY_WRITE, path):
        return MEMBER
    return GUEST


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("studio")
    quiet = {"limits__anonymous_per_second": 0, "limits__writes_per_second": 0, "sources__itunes": False}
    with served(folder, server__worker_here=False, **quiet) as client:
        yield client


@pytest.fixture(scope="module")
def callers(studio: TestClient) -> dict[str, dict[str, str]]:
    """The header everybody shows. Keys stand for their owners, so nothing here signs anybody out."""
    everything = ("read", "write", "admin")
    root, anna = person(studio, "root", Role.ADMIN), person(studio, "anna")
    bob, guest = person(studio, "bob"), person(studio, "gus", Role.GUEST)
    finished_song(studio, "anna")
    return {
        "nobody": {},
        "guest": key_of(guest, "read", "write"),
        "anna": key_of(anna, "read", "write"),
        "bob": key_of(bob, "read", "write"),
        "admin": key_of(root, *everything),
        "admin's key without the scope": key_of(root, "read", "write"),
        "key that reads": key_of(anna, "read"),
        "key that writes": key_of(anna, "write"),
        "share token": {"authorization": "Bearer some-share-token"},
    }


def routes(studio: TestClient) -> list[tuple[str, str]]:
    found = []
    for route in _flat(studio.app.routes):  # type: ignore[attr-defined]
        found += [(route.path, method) for method in sorted(route.methods or ())]
    return found


def _flat(routes: list[object]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif inner := getattr(getattr(route, "original_router", None) or route, "routes", None):
            yield from _flat(inner)


def may(caller: str, who: str, method: str) -> bool:
    """What the rule says about this caller; True means: gets past the door."""
    if caller in {"nobody", "share token"}:
        return who == PUBLIC
    if who == ADMIN:
        return caller == "admin"
    if who == MEMBER and caller == "guest":
        return False
    if caller == "key that reads":
        return method in READ_METHODS
    if caller == "key that writes":
        return method not in READ_METHODS
    return True


def test_every_route_lets_in_whom_its_row_says(studio: TestClient, callers: dict[str, dict[str, str]]) -> None:
    wrong = []
    for path, method in routes(studio):
        who = rule_of(path, method)
        if who in {PUBLIC, OWN_RULES}:
            continue
        address = re.sub(r"\{[^}]*\}", "nothing", path)
        for caller, headers in callers.items():
            if may(caller, who, method) and (method not in READ_METHODS or caller not in ASK_FOR_REAL or path in LONG):
                continue  # what they may do is not done here: the room's own tests do it
            status = studio.request(method, address, headers=headers).status_code
            is_in = status not in {401, 403}
            if is_in != may(caller, who, method):
                wrong.append(f"{method} {path} by {caller}: {status}, the row says {who}")
    assert not wrong, "\n".join(wrong)


def test_the_document_tells_of_every_route_who_may_ask(studio: TestClient) -> None:
    paths = studio.app.openapi()["paths"]  # type: ignore[attr-defined]
    wrong = []
    for path, method in routes(studio):
        told, who = paths.get(path, {}).get(method.lower()), rule_of(path, method)
        if told is None or who == OWN_RULES:
            continue
        roles = [role for door in told["security"] for role in door.get("session", ())]
        is_open = not told["security"] or {} in told["security"]
        if is_open != (who == PUBLIC) or roles not in ([who], [GUEST] if is_open else [who], []):
            wrong.append(f"{method} {path}: {told['security']}, the row says {who}")
    assert not wrong, "\n".join(wrong)


def test_the_document_tells_the_tokens_of_sessions_rooms_and_links(studio: TestClient) -> None:
    document = studio.app.openapi()  # type: ignore[attr-defined]

    def doors(path: str, method: str) -> set[str]:
        return {name for door in document["paths"][path][method]["security"] for name in door}

    keys = {"session", "apiKey", "apiKeyHeader"}
    assert doors("/api/share/{session}/audio", "post") == keys | {"shareToken"}
    assert doors("/api/rooms/{code}/turns", "post") == {"roomToken"}
    assert doors("/api/rooms/{code}/stage", "patch") == keys | {"roomToken"}
    assert doors("/api/listen/{word}/audio/{stem}", "get") == set()
    assert set(document["components"]["securitySchemes"]) == keys | {"shareToken", "roomToken"}


def test_a_room_lets_in_whom_its_row_says(studio: TestClient, callers: dict[str, dict[str, str]]) -> None:
    code, other = (studio.post("/api/rooms", json={}, headers=callers["anna"]).json()["code"] for _ in "ab")
    token = studio.post(f"/api/rooms/{other}/join", json={"name": "Eve"}).json()["token"]
    strangers = {NOBODY: {}, A_MEMBER: callers["bob"], A_SINGER_ELSEWHERE: {"X-Room-Token": token}}
    wrong = []
    for path, method in (route for route in routes(studio) if route[0].startswith("/api/rooms")):
        let_in = next(who for who, row in STRANGERS_IN_ROOMS if re.fullmatch(row, f"{method} {path}"))
        address = re.sub(r"\{[^}]*\}", "nothing", path.replace("{code}", code))
        for caller, headers in strangers.items():
            status = studio.request(method, address, json={}, headers=headers).status_code
            if (status not in {401, 403}) != (caller in let_in):
                wrong.append(f"{method} {path} by {caller}: {status}, the row says {let_in}")
    assert not wrong, "\n".join(wrong)


def test_public_routes_ask_nobody_who_they_are(studio: TestClient) -> None:
    public = {path for path, method in routes(studio) if rule_of(path, method) == PUBLIC and method == "GET"}
    for path in public:
        assert studio.request("GET", re.sub(r"\{[^}]*\}", "nothing", path)).status_code != 401


def test_the_public_rows_are_all_there_are(studio: TestClient) -> None:
    """Whoever opens a route to everybody has to write it down here."""
    public = {path for path, method in routes(studio) if rule_of(path, method) == PUBLIC}

    assert public <= {
        "/health", "/health/live", "/health/ready", "/api/health", "/api/setup", "/api/auth/login", "/api/plan-info",
        "/docs", "/docs/style.css", "/api/auth/register", "/api/auth/options",
        "/login", "/register", "/logout", "/avatars/{name}", "/{path:path}",
    }  # fmt: skip


def test_one_persons_songs_do_not_exist_for_another(studio: TestClient, callers: dict[str, dict[str, str]]) -> None:
    song_id = studio.get("/api/songs", headers=callers["anna"]).json()[0]["id"]
    leaks = []
    for path, method in routes(studio):
        names = re.findall(r"\{(\w+)(?::path)?\}", path)
        if not names or names[0] not in {"song_id", "job_id"} or method not in READ_METHODS:
            continue
        address = path.replace("{" + names[0] + "}", song_id).replace("{stem}", "bass").replace("{format}", "wav")
        answer = studio.request(method, re.sub(r"\{[^}]*\}", "nothing", address), headers=callers["bob"])
        if answer.status_code not in {400, 403, 404}:
            leaks.append(f"{method} {path}: {answer.status_code}")
    assert leaks == []
