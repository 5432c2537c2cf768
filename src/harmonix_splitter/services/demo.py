"""The demo song: something to play with in the first minute, asked for like any other song."""

from collections.abc import Callable
from dataclasses import dataclass

from harmonix_splitter.domain import demo
from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.domain.songs import SongFacts
from harmonix_splitter.services.ports.songs import Asked
from harmonix_splitter.services.ports.sources import UploadStore
from harmonix_splitter.services.songs import SongsService

MOST_BYTES = 50_000_000


@dataclass(frozen=True)
class DemoService:
    songs: SongsService
    uploads: UploadStore
    sounding: Callable[[], bytes]
    """The demo song as a FLAC file."""

    def ask(self, owner_id: str) -> Asked:
        """Synthesise the song and have it taken through the whole pipeline; asking twice gives the same song."""
        received = self.uploads.receive(f"{demo.TITLE}.flac", [self.sounding()], MOST_BYTES)
        facts = SongFacts(demo.TITLE, demo.ARTIST, language=demo.LANGUAGE, plain_lyrics=demo.truth().text)
        return self.songs.request_upload(owner_id, received, Recipe(), facts)
