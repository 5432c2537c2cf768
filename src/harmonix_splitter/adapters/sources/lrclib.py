"""LRCLIB, the community's lyrics database: asked by name, gently, and remembered.

One request at a time with a pause between, our name in the user agent, answers kept on disk, a time limit, and a
limit on how much we read. What the server may do wrong becomes a SourceError in words.
"""

import hashlib
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from harmonix_splitter import __version__
from harmonix_splitter.domain.lyrics.lookup import FoundLyrics, SongFacts, best_match
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import SourceError, TooManyRequestsError

MOST_BYTES = 2_000_000
_REMEMBERED = 30 * 24 * 3600.0
_MISSED = 24 * 3600.0


@dataclass(frozen=True)
class Lrclib:
    """Meets `LyricsFinder`. `cache` is a folder of our own; None remembers nothing."""

    base_url: str = "https://lrclib.net"
    cache: Path | None = None
    timeout: float = 10.0
    pause: float = 0.5
    name: str = field(default="LRCLIB", init=False)
    _turn: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False, compare=False)
    _free_at: list[float] = field(default_factory=lambda: [0.0], init=False, repr=False, compare=False)

    def find(self, wanted: SongFacts) -> FoundLyrics | None:
        """Exactly this recording first; then whatever a search has, if title, artist and length agree."""
        exact = {"track_name": wanted.plain_title, "artist_name": wanted.main_artist, "album_name": wanted.album}
        if wanted.duration is not None:
            found = self._ask("/api/get", exact | {"duration": str(round(wanted.duration))})
            match = best_match(wanted, [_found(found)]) if isinstance(found, Mapping) else None
            if match is not None and (match.plain or match.synced or match.instrumental):
                return match
        return best_match(wanted, self.search(wanted))

    def search(self, wanted: SongFacts) -> list[FoundLyrics]:
        found = self._ask("/api/search", {"track_name": wanted.plain_title, "artist_name": wanted.main_artist})
        if found is None:
            return []
        if not isinstance(found, list):
            raise SourceError("LRCLIB answered something that is not a list of songs.")
        usable = [_found(each) for each in found[:100] if isinstance(each, Mapping)]
        return [each for each in usable if each.plain or each.synced or each.instrumental]

    def _ask(self, path: str, query: dict[str, str]) -> Any:
        """The JSON answer, None for "not found"."""
        asked = {key: value for key, value in query.items() if value}
        kept = self._remembered(path, asked)
        if kept is not None:
            return kept["answer"]
        answer = self._fetched(path, asked)
        self._remember(path, asked, answer)
        return answer

    def _fetched(self, path: str, query: dict[str, str]) -> Any:
        with self._turn:
            self._wait()
            try:
                status, headers, body = self._get(path, query)
            except httpx.TimeoutException:
                raise SourceError(f"LRCLIB did not answer within {self.timeout:g} seconds.", advice=_LATER) from None
            except (httpx.HTTPError, httpx.InvalidURL) as failed:
                raise SourceError(f"LRCLIB cannot be reached ({type(failed).__name__}).", advice=_LATER) from None
        return _understood(status, headers, body)

    def _get(self, path: str, query: dict[str, str]) -> tuple[int, httpx.Headers, bytes]:
        """Read at most MOST_BYTES, within the time limit as a whole: a server that drips does not hold us."""
        agent = f"Harmonix/{__version__} (self-hosted music studio)"
        until = time.monotonic() + self.timeout
        body = bytearray()
        with (
            httpx.Client(timeout=self.timeout, headers={"User-Agent": agent}, max_redirects=2) as client,
            client.stream("GET", f"{self.base_url}{path}", params=query) as answer,
        ):
            for part in answer.iter_bytes():
                body += part
                if len(body) > MOST_BYTES:
                    raise SourceError("LRCLIB sent far more than lyrics.", advice=_LATER)
                if time.monotonic() > until:
                    raise httpx.ReadTimeout("too slow")
            return answer.status_code, answer.headers, bytes(body)

    def _wait(self) -> None:
        time.sleep(max(0.0, self._free_at[0] - time.monotonic()))
        self._free_at[0] = time.monotonic() + self.pause

    def _file(self, path: str, query: dict[str, str]) -> Path | None:
        if self.cache is None:
            return None
        asked = json.dumps([self.base_url, path, sorted(query.items())])
        return self.cache / f"{hashlib.sha256(asked.encode()).hexdigest()}.json"

    def _remembered(self, path: str, query: dict[str, str]) -> dict[str, Any] | None:
        file = self._file(path, query)
        if file is None or not file.is_file():
            return None
        try:
            kept = json.loads(file.read_text(encoding="utf-8"))
            age = time.time() - float(kept["at"])
            lasts = _MISSED if kept["answer"] in (None, []) else _REMEMBERED
        except (OSError, ValueError, KeyError, TypeError):
            # A half-written or foreign file is no answer: ask again and write it anew.
            return None
        return kept if 0 <= age < lasts else None

    def _remember(self, path: str, query: dict[str, str], answer: Any) -> None:
        file = self._file(path, query)
        if file is None:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        aside = file.with_suffix(f".{threading.get_ident()}.part")
        aside.write_text(json.dumps({"at": time.time(), "answer": answer}), encoding="utf-8")
        aside.replace(file)


_LATER = "Try again later, or paste the words yourself."


def _understood(status: int, headers: httpx.Headers, body: bytes) -> Any:
    if status == 404:
        return None
    if status in {429, 503} and (status == 429 or "retry-after" in headers):
        raise TooManyRequestsError(
            "LRCLIB asks us to slow down.", retry_after=_seconds(headers.get("retry-after")), advice=_LATER
        )
    if status != 200:
        raise SourceError(f"LRCLIB answered with an error ({status}).", advice=_LATER)
    try:
        return json.loads(body)
    except ValueError:
        raise SourceError("LRCLIB answered something that is not JSON.", advice=_LATER) from None


def _seconds(text: str | None) -> float:
    try:
        return min(3600.0, max(1.0, float(text or 60)))
    except ValueError:
        return 60.0


def _found(record: Mapping[str, Any]) -> FoundLyrics:
    length = record.get("duration")
    return FoundLyrics(
        title=_text(record.get("trackName") or record.get("name")),
        artist=_text(record.get("artistName")),
        album=_text(record.get("albumName")),
        duration=Seconds(float(length)) if isinstance(length, int | float) and length > 0 else None,
        plain=_text(record.get("plainLyrics")),
        synced=_text(record.get("syncedLyrics")),
        instrumental=record.get("instrumental") is True,
        identifier=_text(record.get("id")),
    )


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
