"""YouTube and other sites, where each may be switched on or off by itself."""

from dataclasses import dataclass
from pathlib import Path

from harmonix_splitter.domain.sources import Source
from harmonix_splitter.services.ports.progress import Progress
from harmonix_splitter.services.ports.sources import VideoFacts, VideoSite


@dataclass(frozen=True)
class Sites:
    """Meets `VideoSite`: searching and playlists are YouTube's."""

    youtube: VideoSite
    others: VideoSite

    def search(self, words: str, most: int) -> list[VideoFacts]:
        return self.youtube.search(words, most)

    def facts(self, source: Source) -> VideoFacts:
        return self._of(source).facts(source)

    def playlist(self, playlist_id: str, most: int) -> list[VideoFacts]:
        return self.youtube.playlist(playlist_id, most)

    def download(self, source: Source, folder: Path, cookies: str, progress: Progress) -> Path:
        return self._of(source).download(source, folder, cookies, progress)

    def thumbnail(self, link: str, folder: Path) -> Path | None:
        return self.youtube.thumbnail(link, folder)

    def _of(self, source: Source) -> VideoSite:
        return self.youtube if source.is_youtube else self.others
