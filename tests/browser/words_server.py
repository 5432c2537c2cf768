"""The words of the mixer's small server: the real book of versions in memory, and jobs that take three looks."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse

from harmonix_splitter.api.song_lyrics import shown
from harmonix_splitter.domain.lyrics import LyricsVersion, Provenance
from harmonix_splitter.domain.lyrics.shapes import lyrics_from
from harmonix_splitter.errors import StaleLyricsError
from harmonix_splitter.services.lyrics import LyricsBook
from tests.fakes.clock import FakeClock
from tests.fakes.lyrics import ShelfInMemory

_JOB = {
    "id": "job-1",
    "kind": "words",
    "songId": "demo",
    "stage": "words",
    "notes": [],
    "error": None,
    "dismissed": False,
    "createdAt": "2026-01-01T00:00:00Z",
}


def add_words(app: FastAPI, song: str, document: Mapping[str, Any]) -> None:
    book = LyricsBook(ShelfInMemory(), FakeClock())
    aligned = lyrics_from(document, Provenance.ALIGNED).from_provenance(Provenance.ALIGNED)
    book.offer(song, aligned.from_provenance(Provenance.FETCHED), "harmonix", "From LRCLIB")
    book.offer(song, aligned, "harmonix", "Aligned with built-in")
    _add_book(app, song, book)
    _add_listening(app, song, book)


def _add_book(app: FastAPI, demo: str, book: LyricsBook) -> None:
    @app.get("/api/songs/{song}/lyrics")
    def lyrics(song: str) -> JSONResponse:
        if song != demo:
            raise HTTPException(404, "This song has no lyrics yet.")
        return _tagged(book.current(song))

    @app.put("/api/songs/{song}/lyrics")
    def save(song: str, document: dict[str, Any], request: Request) -> JSONResponse:
        expected = int(request.headers.get("if-match", "0").strip('"'))
        try:
            return _tagged(book.save(song, lyrics_from(document), "Mika", "Edited", expected))
        except StaleLyricsError as stale:
            raise HTTPException(412, stale.message) from None

    @app.get("/api/songs/{song}/lyrics/versions")
    def versions(song: str) -> dict[str, Any]:
        return {"versions": [each.to_document(with_lyrics=False) for each in book.versions(song)]}

    @app.get("/api/songs/{song}/lyrics/versions/{number}/changes")
    def changes(song: str, number: int, since: int) -> dict[str, Any]:
        return {"changes": [each.to_document() for each in book.difference(song, since, number)]}

    @app.post("/api/songs/{song}/lyrics/versions/{number}/{verb}")
    def decide(song: str, number: int, verb: str) -> JSONResponse:
        made = book.decline(song, number) if verb == "decline" else getattr(book, verb)(song, number, "Mika")
        return JSONResponse(made.to_document())


def _add_listening(app: FastAPI, song: str, book: LyricsBook) -> None:
    looks: list[float] = []

    def job(**facts: Any) -> dict[str, Any]:
        return _JOB | {"status": "processing", "progress": 5.0} | facts

    @app.post(f"/api/songs/{song}/lyrics/align", status_code=202)
    def align() -> dict[str, Any]:
        looks.clear()
        return {"jobId": "job-1", "job": job()}

    @app.get("/api/jobs/job-1")
    def look() -> dict[str, Any]:
        looks.append(30.0 * (len(looks) + 1))
        if len(looks) < 3:
            return job(progress=looks[-1])
        held = book.current(song).lyrics
        lines = tuple(replace(line.moved(0.2), provenance=Provenance.ALIGNED) for line in held.lines)
        made = book.offer(song, replace(held, lines=lines), "harmonix", "Aligned with built-in")
        return job(status="completed", progress=100.0, notes=[f"Version {made.number}: {made.state}."])


def _tagged(version: LyricsVersion) -> JSONResponse:
    return JSONResponse(shown(version), headers={"ETag": f'"{version.number}"'})
