"""Serves the built studio: its files, and its index page for every address the studio itself knows.

The index page learns the path prefix through `<base href>`; nothing else in the build depends on it. Its Content
Security Policy allows no inline script and no inline style, so a hostile title or lyric stays text.
"""

import html
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from harmonix_splitter.studio.built_files import BuiltFile, BuiltFiles

STATIC = Path(__file__).with_name("static")
INDEX = "index.html"

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        # Pictures of search results come from where YouTube keeps them.
        "img-src 'self' data: blob: https://i.ytimg.com",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self' blob:",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), payment=()",
}

_FOREVER = "public, max-age=31536000, immutable"
_ASK_FIRST = "no-cache"
_NOT_PAGES = ("api", "ws", "docs", "redoc", "openapi.json", "assets", "rest")
"""First path parts that never are a page: an unknown address below them is a plain 404, not the studio."""

_SIGNED_PAGES = ("hear",)
"""Pages whose address ends in a signed word, dots and all; elsewhere a dot means a file that is not there."""

_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Harmonix</title>
<h1>The studio's pages are not built</h1>
<p>The API and the command line work. To build the pages: <code>make web</code>, then start the server again.</p>
</html>"""


def mount(app: FastAPI, prefix: str = "", static: Path = STATIC) -> None:
    """Serve the studio for every GET no earlier route answers. Call it last; `prefix` is the path it is seen under."""
    built = BuiltFiles(static)
    base = f"{prefix.rstrip('/')}/"

    @app.api_route("/{path:path}", methods=["GET", "HEAD"], include_in_schema=False)
    def studio_page(request: Request, path: str) -> Response:
        found = built.get(path) if path != INDEX else None
        if found is not None:
            return _file(request, found)
        if not _is_page(path):
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is nothing at this address.")
        return _index(request, built, base)


def _is_page(path: str) -> bool:
    first, last = path.split("/", 1)[0], path.rsplit("/", 1)[-1]
    return first not in _NOT_PAGES and ("." not in last or first in _SIGNED_PAGES)


def _file(request: Request, file: BuiltFile) -> Response:
    cache = _FOREVER if file.name.startswith("assets/") else _ASK_FIRST
    headers = {"Cache-Control": cache, "ETag": file.etag, "X-Content-Type-Options": "nosniff"}
    if file.name == "service-worker.js":
        headers["Content-Security-Policy"] = POLICY
    return _answer(request, file, headers)


def _index(request: Request, built: BuiltFiles, base: str) -> Response:
    page = built.page(INDEX, {'<base href="/" />': f'<base href="{html.escape(base, quote=True)}" />'})
    if page is None:
        return HTMLResponse(_NOT_BUILT, HTTPStatus.SERVICE_UNAVAILABLE)
    return _answer(request, page, {"Cache-Control": _ASK_FIRST, "ETag": page.etag, **HEADERS})


def _answer(request: Request, file: BuiltFile, headers: dict[str, str]) -> Response:
    headers["Vary"] = "Accept-Encoding"
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if file.etag in known:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    body = file.body
    if file.gzipped and "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["Content-Encoding"] = file.gzipped, "gzip"
    headers["Content-Length"] = str(len(body))
    return Response(b"" if request.method == "HEAD" else body, headers=headers, media_type=file.media_type)
