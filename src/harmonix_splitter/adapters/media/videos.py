"""MP4 videos (H.264 and AAC), which every television and phone plays."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.adapters.media.writing import part_of, publish, storage_errors
from harmonix_splitter.errors import EngineMissingError
from harmonix_splitter.services.ports.packs import Picture

if TYPE_CHECKING:
    from av.container import OutputContainer

_SOUND_RATE, _SOUND_BITS = 44_100, 192_000
_QUALITY = {"crf": "21", "preset": "veryfast", "tune": "animation"}
_QUICK_START = {"movflags": "+faststart"}


class PyAvVideos:
    """VideoWriter on PyAV's own FFmpeg."""

    def write(self, target: Path, pictures: Iterator[Picture], rate: int, sound: Path) -> Path:
        import av
        from av.codec.codec import UnknownCodecError

        part = part_of(target)
        try:
            with storage_errors(target), av.open(str(part), "w", format="mp4", options=_QUICK_START) as container:
                self._fill(container, pictures, rate, sound)
        except UnknownCodecError as missing:
            raise EngineMissingError(
                "This PyAV cannot write H.264 videos.", advice="Install PyAV's wheel."
            ) from missing
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return publish(part, target)

    def _fill(self, container: "OutputContainer", pictures: Iterator[Picture], rate: int, sound: Path) -> None:
        """Picture by picture with its share of the sound; the sound decides when it is over."""
        from av import AudioFrame

        video, audio = _video_stream(container, rate), _sound_stream(container)
        blocks = PyAvMedia().blocks(sound, _SOUND_RATE, 2, _SOUND_RATE // rate)
        frame_of = _Frames(rate)
        for number, (picture, block) in enumerate(zip(pictures, blocks, strict=False)):
            if number == 0:
                video.height, video.width = picture.shape[:2]
            container.mux(video.encode(frame_of(picture, number)))
            heard = AudioFrame.from_ndarray(np.ascontiguousarray(block.T), format="fltp", layout="stereo")
            heard.sample_rate, heard.pts = _SOUND_RATE, number * (_SOUND_RATE // rate)
            container.mux(audio.encode(heard))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))


class _Frames:
    """Pictures as frames of the codec's colours; one that is the same array again is not converted again."""

    def __init__(self, rate: int) -> None:
        self._base = Fraction(1, rate)
        self._picture: Picture | None = None
        self._planes: Any = None

    def __call__(self, picture: Picture, number: int) -> Any:
        from av import VideoFrame

        if picture is not self._picture:
            self._picture = picture
            self._planes = VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p").to_ndarray()
        frame = VideoFrame.from_ndarray(self._planes, format="yuv420p")
        frame.pts, frame.time_base = number, self._base
        return frame


def _video_stream(container: "OutputContainer", rate: int) -> Any:
    stream: Any = container.add_stream("h264", rate=rate, options=_QUALITY)
    stream.pix_fmt = "yuv420p"
    return stream


def _sound_stream(container: "OutputContainer") -> Any:
    stream: Any = container.add_stream("aac", rate=_SOUND_RATE)
    stream.layout, stream.bit_rate = "stereo", _SOUND_BITS
    return stream
