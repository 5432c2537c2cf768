"""How a song looks in answers."""

from datetime import UTC, datetime

import pytest

from harmonix_splitter.api.shapes import song_shape
from harmonix_splitter.domain.songs import Song, SongFacts
from harmonix_splitter.domain.sources import Source, upload, youtube


@pytest.mark.parametrize(
    ("source", "item_id", "picture"),
    [
        (youtube("cNGjD0VG4R8"), "item", "/api/songs/one/thumbnail"),
        (youtube("cNGjD0VG4R8"), "", None),
        (upload("0" * 64), "item", None),
    ],
)
def test_only_a_finished_song_of_a_video_tells_of_a_picture(source: Source, item_id: str, picture: str | None) -> None:
    song = Song("one", "ann", SongFacts("Perfect", "Ann"), datetime(2025, 1, 1, tzinfo=UTC), source, item_id=item_id)

    shape = song_shape(song)

    assert shape["thumbnailUrl"] == picture
