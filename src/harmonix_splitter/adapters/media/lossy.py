"""MP3, M4A (AAC) and Opus, gapless: the decoded file has the frames that were written."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from harmonix_splitter.adapters.media.pictures import add_picture, picture_block
from harmonix_splitter.adapters.media.writing import part_of, publish, storage_errors
from harmonix_splitter.domain.media import AudioFormat, Encoding
from harmonix_splitter.services.ports.media import Samples

if TYPE_CHECKING:
    from av.audio.stream import AudioStream

_CODECS = {
    AudioFormat.MP3: ("mp3", "libmp3lame"),
    AudioFormat.M4A: ("mp4", "aac"),
    AudioFormat.OPUS: ("opus", "libopus"),
}
_M4A_OPTIONS = {"brand": "M4A ", "movflags": "+faststart"}
_RATES = {
    AudioFormat.MP3: (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000),
    AudioFormat.M4A: (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000),
    AudioFormat.OPUS: (48_000,),
}


class LossyWriter:
    """One lossy file. Rates the format does not know are resampled to the next better one."""

    def __init__(
        self,
        target: Path,
        rate: int,
        channels: int,
        encoding: Encoding,
        tags: Mapping[str, str] | None = None,
        cover: bytes | None = None,
    ) -> None:
        import av

        self._target, self._part, self._channels = target, part_of(target), channels
        container, codec = _CODECS[encoding.format]
        rates = _RATES[encoding.format]
        self._rate = rate if rate in rates else min((r for r in rates if r >= rate), default=rates[-1])
        self._resample = _resampler(rate, self._rate, channels)
        self._file = self._part.open("wb")
        options = _M4A_OPTIONS | {"movie_timescale": str(self._rate)} if container == "mp4" else {}
        self._container = av.open(self._file, "w", format=container, options=options)
        self._container.metadata.update(tags or {})
        if cover and encoding.format is AudioFormat.OPUS:
            self._container.metadata["metadata_block_picture"] = picture_block(cover)
        self._stream = self._add_stream(codec, encoding)
        if cover and encoding.format is not AudioFormat.OPUS:
            add_picture(self._container, cover)
        self._frames = 0

    def write(self, samples: Samples) -> None:
        with storage_errors(self._target):
            self._encode(self._resample(samples, False))

    def close(self) -> Path:
        with storage_errors(self._target):
            self._encode(self._resample(np.zeros((0, self._channels), np.float32), True))
            self._container.mux(self._stream.encode(None))
            self._container.close()
            self._file.close()
        return publish(self._part, self._target)

    def abandon(self) -> None:
        with suppress(OSError):  # what a full disk would not take is not wanted any more
            self._file.close()
        self._part.unlink(missing_ok=True)

    def _add_stream(self, codec: str, encoding: Encoding) -> "AudioStream":
        options = {"compression_level": "2"} if codec == "libmp3lame" else {}
        if encoding.variable and codec == "libmp3lame":
            options |= {"q": "0"}
        stream: Any = self._container.add_stream(codec, rate=self._rate, options=options)
        stream.layout = "stereo" if self._channels == 2 else "mono"
        if encoding.variable and codec == "libmp3lame":
            stream.codec_context.qscale = True
            stream.codec_context.global_quality = 0
        else:
            stream.bit_rate = encoding.bit_rate
        audio: AudioStream = stream
        return audio

    def _encode(self, samples: Samples) -> None:
        from av import AudioFrame

        if not len(samples):
            return
        clipped = np.ascontiguousarray(np.clip(samples, -1.0, 1.0).T)
        frame = AudioFrame.from_ndarray(clipped, format="fltp", layout="stereo" if self._channels == 2 else "mono")
        frame.sample_rate, frame.pts = self._rate, self._frames
        self._frames += len(samples)
        self._container.mux(self._stream.encode(frame))


def _resampler(rate: int, wanted: int, channels: int) -> Any:
    if rate == wanted:
        return lambda samples, _last: samples
    import soxr

    stream = soxr.ResampleStream(rate, wanted, channels, dtype="float32", quality="HQ")
    return lambda samples, last: stream.resample_chunk(np.ascontiguousarray(samples, np.float32), last=last)
