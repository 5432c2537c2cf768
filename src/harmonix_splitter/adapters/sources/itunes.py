"""Released music, looked up in Apple's public search."""

from dataclasses import dataclass
from typing import Any

from harmonix_splitter.errors import SourceError

_SECONDS = 10.0
_MOST_BYTES = 2_000_000


@dataclass(frozen=True)
class ITunes:
    base: str = "https://itunes.apple.com"

    def search(self, title: str, artist: str, album: str, limit: int) -> list[dict[str, Any]]:
        import httpx

        words = " ".join(word for word in (artist, title, album) if word)
        query: dict[str, str | int] = {"term": words, "media": "music", "entity": "song", "limit": limit}
        try:
            answer = httpx.get(f"{self.base}/search", params=query, timeout=_SECONDS)
            if answer.status_code in {403, 429}:
                raise SourceError("iTunes is asked too often.", advice="Try again in a minute.", reason="rate_limited")
            answer.raise_for_status()
            if len(answer.content) > _MOST_BYTES:
                raise SourceError("iTunes answered with too much.", reason="unknown")
            found = answer.json()["results"]
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as failed:
            raise SourceError(
                "iTunes cannot be reached.", advice="Metadata can be typed by hand.", reason="offline"
            ) from failed
        return [_result(one) for one in found if isinstance(one, dict)]


def _result(one: dict[str, Any]) -> dict[str, Any]:
    released = str(one.get("releaseDate") or "")
    return {
        "metadataId": str(one.get("trackId") or ""),
        "title": one.get("trackName") or "",
        "artist": one.get("artistName") or "",
        "album": one.get("collectionName") or "",
        "releaseDate": released,
        "releaseYear": int(released[:4]) if released[:4].isdigit() else None,
        "genre": one.get("primaryGenreName"),
        "trackNumber": one.get("trackNumber"),
        "discNumber": one.get("discNumber"),
        "durationMs": one.get("trackTimeMillis"),
        "previewUrl": one.get("previewUrl"),
        "artwork": one.get("artworkUrl100"),
        "explicit": one.get("trackExplicitness") == "explicit",
        "isStreamable": bool(one.get("isStreamable")),
        "artistId": one.get("artistId"),
        "albumId": one.get("collectionId"),
        "country": one.get("country"),
        "price": one.get("trackPrice"),
        "rawData": one,
    }
