"""Playback: our own reader and writers, the stretcher, and a folder for what was rendered."""

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.services.playback import PlaybackService


def playback(parts: Parts) -> PlaybackService:
    from harmonix_splitter.adapters.media.encoding import FileWriters, PyAvEncoder
    from harmonix_splitter.adapters.media.reading import PyAvMedia
    from harmonix_splitter.adapters.storage.renderings import RenderingFolder
    from harmonix_splitter.adapters.stretching.signalsmith import SignalsmithStretcher

    renderings = RenderingFolder(parts.settings.data_dir / "renderings")
    return PlaybackService(PyAvMedia(), FileWriters(), PyAvEncoder(), SignalsmithStretcher(), renderings)
