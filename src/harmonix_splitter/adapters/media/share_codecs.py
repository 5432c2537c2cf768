"""Opus for live sessions, by PyAV: 20 ms packets at 48 kHz, each behind its length."""

import struct
from dataclasses import replace
from typing import Any

import numpy as np

from harmonix_splitter.domain.sharing import Chunk
from harmonix_splitter.errors import ChunkRefusedError

_LENGTH = struct.Struct("<H")
RATE = 48_000
BIT_RATE = 128_000
_LAYOUTS = {1: "mono", 2: "stereo"}


class OpusChunkEncoder:
    def __init__(self) -> None:
        self._codec: Any = None
        self._resampler: Any = None
        self._shape = (0, 0)

    def encode(self, chunk: Chunk) -> Chunk:
        if self._shape != (chunk.sample_rate, chunk.channels):
            self._open(chunk.sample_rate, chunk.channels)
        packets: list[bytes] = []
        for frame in self._resampler.resample(_frame_of(chunk)):
            frame.pts = None
            packets.extend(bytes(packet) for packet in self._codec.encode(frame))
        payload = b"".join(_LENGTH.pack(len(packet)) + packet for packet in packets)
        return replace(chunk, payload=payload, sample_rate=RATE)

    def _open(self, rate: int, channels: int) -> None:
        import av

        layout = _LAYOUTS[channels]
        self._codec = av.CodecContext.create("libopus", "w")
        self._codec.sample_rate, self._codec.layout, self._codec.format = RATE, layout, "flt"
        self._codec.bit_rate = BIT_RATE
        self._codec.open()
        self._resampler = av.AudioResampler("flt", layout, RATE, frame_size=self._codec.frame_size)
        self._shape = (rate, channels)


class OpusChunkDecoder:
    def __init__(self) -> None:
        self._codec: Any = None

    def decode(self, chunk: Chunk) -> Chunk:
        import av

        if self._codec is None:
            self._codec = av.CodecContext.create("libopus", "r")
            self._codec.sample_rate, self._codec.layout = RATE, _LAYOUTS[chunk.channels]
        sounds: list[Any] = []
        try:
            for packet in _packets(chunk.payload):
                sounds.extend(frame.to_ndarray() for frame in self._codec.decode(av.Packet(packet)))
        except av.FFmpegError as broken:
            raise ChunkRefusedError(f"This is not Opus: {broken}.") from None
        return replace(chunk, payload=_interleaved(sounds, chunk.channels), sample_rate=RATE)


def _frame_of(chunk: Chunk) -> Any:
    import av

    samples = np.frombuffer(chunk.payload, "<f4").reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), "flt", _LAYOUTS[chunk.channels])
    frame.sample_rate = chunk.sample_rate
    return frame


def _packets(payload: bytes) -> list[bytes]:
    found, at = [], 0
    while at + _LENGTH.size <= len(payload):
        (length,) = _LENGTH.unpack_from(payload, at)
        at += _LENGTH.size
        if length == 0 or at + length > len(payload):
            raise ChunkRefusedError("An Opus packet is cut off.")
        found.append(payload[at : at + length])
        at += length
    return found


def _frames_first(sound: Any, channels: int) -> Any:
    """(frames, channels), whether the decoder gave planes or interleaved samples."""
    is_planar = channels > 1 and sound.shape[0] == channels
    return sound.T if is_planar else sound.reshape(-1, channels)


def _interleaved(sounds: list[Any], channels: int) -> bytes:
    if not sounds:
        raise ChunkRefusedError("The chunk holds no sound.")
    whole = np.concatenate([_frames_first(sound, channels) for sound in sounds])
    if whole.dtype != np.float32:
        whole = whole.astype(np.float32) / 32768
    return np.ascontiguousarray(whole, "<f4").tobytes()
