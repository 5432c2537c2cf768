"""The demo song, on top of songs and uploads."""

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.bootstrap.songs import songs
from harmonix_splitter.services.demo import DemoService


def demo(parts: Parts) -> DemoService:
    from harmonix_splitter.adapters.storage.uploads import UploadFolder

    return DemoService(songs(parts), UploadFolder(parts.settings.data_dir / "uploads"), demo_wav)


def demo_wav() -> bytes:
    from harmonix_splitter.audio.demo_song import demo_wav as sounding

    return sounding()
