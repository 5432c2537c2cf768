"""The built studio as a browser gets it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from harmonix_splitter.studio import mount

PAGE = '<!doctype html><html><head><base href="/" /></head><body><script src="./assets/a.js"></script></body></html>'


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / ".vite").mkdir()
    (tmp_path / "index.html").write_text(PAGE)
    (tmp_path / "assets/a.js").write_text("console.error('a');" * 50)
    (tmp_path / ".vite/manifest.json").write_text("{}")
    return tmp_path


def browser(built: Path, prefix: str = "") -> TestClient:
    app = FastAPI()

    @app.get("/api/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    mount(app, prefix, built)
    return TestClient(app, root_path=prefix)


@pytest.fixture
def client(built: Path) -> Iterator[TestClient]:
    with browser(built) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/library", "/songs/42/words", "/admin/people", "/a/b/c", "/hear/link.1764.abc"])
def test_every_address_of_the_studio_answers_its_index_page(client: TestClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 200
    assert '<base href="/" />' in answer.text


@pytest.mark.parametrize(
    "path", ["/api/nothing", "/assets/gone.js", "/gone.png", "/index.html", "/ws", "/.vite/manifest.json"]
)
def test_an_unknown_file_or_api_address_is_a_plain_404(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_build_list_is_not_served(client: TestClient) -> None:
    assert client.get("/.vite/manifest.json").status_code == 404


@pytest.mark.parametrize("path", ["/..%2f..%2fetc/passwd", "/assets/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd"])
def test_no_path_reaches_outside_the_build(client: TestClient, path: str) -> None:
    answer = client.get(path)

    assert "root:" not in answer.text


def test_routes_of_the_api_come_first(client: TestClient) -> None:
    assert client.get("/api/health").json() == {"status": "ok"}


def test_the_index_page_learns_the_prefix(built: Path) -> None:
    answer = browser(built, "/music").get("/music/library")

    assert '<base href="/music/" />' in answer.text


def test_a_prefix_cannot_smuggle_markup_in(built: Path) -> None:
    answer = browser(built, '/"><script>').get("/")

    assert "<script>/" not in answer.text


def test_the_page_allows_no_inline_script(client: TestClient) -> None:
    policy = client.get("/").headers["content-security-policy"]

    assert "unsafe-inline" not in policy
    assert "script-src 'self' 'wasm-unsafe-eval'" in policy
    assert "frame-ancestors 'none'" in policy


def test_assets_may_be_kept_for_ever_and_the_page_may_not(client: TestClient) -> None:
    assert "immutable" in client.get("/assets/a.js").headers["cache-control"]
    assert client.get("/").headers["cache-control"] == "no-cache"


def test_what_a_browser_already_has_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/")

    again = client.get("/", headers={"if-none-match": first.headers["etag"]})

    assert again.status_code == 304
    assert again.content == b""


def test_scripts_travel_compressed_when_the_browser_can_read_that(client: TestClient) -> None:
    packed = client.get("/assets/a.js", headers={"accept-encoding": "gzip"})
    plain = client.get("/assets/a.js", headers={"accept-encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content)
    assert packed.text == plain.text


def test_head_tells_the_length_without_the_body(client: TestClient) -> None:
    answer = client.head("/assets/a.js", headers={"accept-encoding": "identity"})

    assert int(answer.headers["content-length"]) == len(client.get("/assets/a.js").text)
    assert answer.content == b""


def test_a_studio_that_is_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    answer = browser(tmp_path).get("/library")

    assert answer.status_code == 503
    assert "make web" in answer.text
