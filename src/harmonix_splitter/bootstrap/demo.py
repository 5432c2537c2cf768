"""The demo song, on top of songs and uploads."""

import tempfile
from pathlib import Path

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.bootstrap.songs import songs
from harmonix_splitter.bootstrap.uploads import upload_store
from harmonix_splitter.domain import demo as song
from harmonix_splitter.services.demo import DemoService


def demo(parts: Parts) -> DemoService:
    return DemoService(songs(parts), upload_store(parts), demo_flac)


def demo_flac() -> bytes:
    """The song as a file people might have: with its title, and its words for the words stage to time."""
    from harmonix_splitter.adapters.media.encoding import PyAvEncoder
    from harmonix_splitter.audio.demo_song import demo_wav
    from harmonix_splitter.domain.media import AudioFormat, Encoding

    tags = {"title": song.TITLE, "artist": song.ARTIST, "lyrics": song.truth().text}
    with tempfile.TemporaryDirectory(prefix="harmonix-demo-") as folder:
        plain = Path(folder) / "demo.wav"
        plain.write_bytes(demo_wav())
        return PyAvEncoder().encode(plain, plain.with_suffix(".flac"), Encoding(AudioFormat.FLAC), tags).read_bytes()
