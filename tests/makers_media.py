"""Makes audio and video files of every kind with PyAV, for tests."""

from pathlib import Path

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

CONTAINERS = {
    "wav": ("wav", "pcm_s16le"),
    "flac": ("flac", "flac"),
    "mp3": ("mp3", "libmp3lame"),
    "ogg": ("ogg", "vorbis"),
    "opus": ("opus", "libopus"),
    "m4a": ("ipod", "aac"),
    "aac": ("adts", "aac"),
    "aiff": ("aiff", "pcm_s16be"),
    "wma": ("asf", "wmav2"),
    "webm": ("webm", "libopus"),
    "mka": ("matroska", "flac"),
    "mp4": ("mp4", "aac"),
    "mkv": ("matroska", "aac"),
    "alac": ("ipod", "alac"),
    "caf": ("caf", "pcm_s16le"),
    "au": ("au", "pcm_s16be"),
}
WITH_PICTURES = {"mp4", "mkv"}


def tone(seconds: float, rate: int = 44_100, channels: int = 2, hertz: float = 440.0) -> NDArray[np.float32]:
    """A quiet chord, a little different in every channel, as (frames, channels)."""
    t = np.arange(round(seconds * rate)) / rate
    return np.stack([0.3 * np.sin(2 * np.pi * hertz * (1 + 0.25 * c) * t + c) for c in range(channels)], axis=1).astype(
        np.float32
    )


def write(path: Path, samples: NDArray[np.float32], rate: int = 44_100, layout: str = "stereo", kind: str = "") -> Path:
    """Write (frames, channels) as the kind of file the suffix names."""
    kind = kind or path.suffix[1:]
    if kind == "ogg":
        soundfile.write(path, samples, rate, format="OGG", subtype="VORBIS")
        return path
    form, codec = CONTAINERS[kind]
    with av.open(str(path), "w", format=form) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        if kind in WITH_PICTURES:
            _add_pictures(container, len(samples) / rate)
        if codec == "wmav2":
            stream.bit_rate = 192_000
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.reshape(1, -1)), format="flt", layout=layout)
        frame.sample_rate, frame.pts = rate, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _add_pictures(container: av.container.OutputContainer, seconds: float) -> None:
    video = container.add_stream("mpeg4", rate=5)
    video.width, video.height, video.pix_fmt = 32, 32, "yuv420p"
    for _ in range(max(1, int(seconds * 5))):
        container.mux(video.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")))
    container.mux(video.encode(None))
