"""Finding routes by the words of their paths: always what the framework would have found, or nothing."""

import pytest
from fastapi import APIRouter, FastAPI

from harmonix_splitter.api.route_table import RouteTable


@pytest.fixture(scope="module")
def app() -> FastAPI:
    app, songs, deeper = FastAPI(), APIRouter(), APIRouter()
    paths = ("/songs", "/songs/{song}", "/songs/latest", "/songs/{song}/stems/{stem}.{form}", "/songs/{song}/{part}")
    for path in paths:
        songs.add_api_route(path, lambda: None, methods=["GET"], name=path)
    deeper.add_api_route("/{word}/latest", lambda: None, methods=["POST"], name="/{word}/latest")
    deeper.add_api_route("/files/{rest:path}", lambda: None, name="/files/{rest:path}")
    songs.include_router(deeper)
    app.include_router(songs)
    app.add_api_route("/{rest:path}", lambda: None, name="page")
    return app


@pytest.mark.parametrize(
    ("path", "methods"),
    [("/albums/latest", {"POST"}), ("/songs/latest", {"GET", "POST"}), ("/songs", {"GET"}), ("/a/page", set())],
)
def test_a_path_knows_every_method_it_takes(app: FastAPI, path: str, methods: set[str]) -> None:
    assert RouteTable(app.routes).methods_at(path) == methods


@pytest.mark.parametrize(
    ("method", "path", "found", "parameters"),
    [
        ("GET", "/songs", "/songs", {}),
        ("GET", "/songs/1", "/songs/{song}", {"song": "1"}),
        ("GET", "/songs/latest", "/songs/{song}", {"song": "latest"}),  # the first that fits, as ever
        ("GET", "/songs/1/stems", "/songs/{song}/{part}", {"song": "1", "part": "stems"}),
        ("GET", "/songs/1/stems/a.b.c", "/songs/{song}/stems/{stem}.{form}", {"song": "1", "stem": "a.b", "form": "c"}),
        ("POST", "/albums/latest", "/{word}/latest", {"word": "albums"}),
        ("POST", "/songs/latest", None, {}),  # two routes with this path: the framework decides
        ("GET", "/files/a/b", None, {}),
        ("GET", "/", None, {}),
        ("GET", "", None, {}),
        ("GET", "//songs", None, {}),
        ("GET", "/songs/1/stems/a.b/c/d/e", None, {}),
        ("DELETE", "/songs/1", None, {}),
    ],
)
def test_a_path_leads_where_it_always_led(
    app: FastAPI, method: str, path: str, found: str | None, parameters: dict[str, str]
) -> None:
    answer = RouteTable(app.routes).find(path, method)

    assert (answer and (answer[0].route.name, answer[1])) == (found and (found, parameters))  # type: ignore[attr-defined]
