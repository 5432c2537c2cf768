"""What answers where an admin has switched a source off."""

from pathlib import Path
from typing import Any, NoReturn

from harmonix_splitter.domain.sources import Source
from harmonix_splitter.errors import SourceError
from harmonix_splitter.services.ports.progress import Progress
from harmonix_splitter.services.ports.sources import VideoFacts


class NoSite:
    """YouTube is switched off."""

    def search(self, words: str, most: int) -> list[VideoFacts]:
        del words, most
        _refuse()

    def facts(self, source: Source) -> VideoFacts:
        del source
        _refuse()

    def playlist(self, playlist_id: str, most: int) -> list[VideoFacts]:
        del playlist_id, most
        _refuse()

    def download(self, source: Source, folder: Path, cookies: str, progress: Progress) -> Path:
        del source, folder, cookies, progress
        _refuse()

    def thumbnail(self, link: str, folder: Path) -> Path | None:
        del link, folder
        return None


class NoCatalogue:
    """iTunes is switched off: nothing is asked, nothing is found."""

    def search(self, title: str, artist: str, album: str, limit: int) -> list[dict[str, Any]]:
        del title, artist, album, limit
        return []


def _refuse() -> NoReturn:
    raise SourceError(
        "YouTube is switched off on this server.",
        advice="Upload the file, or ask an admin for sources.youtube.",
        reason="switched_off",
        lasting=True,
    )
