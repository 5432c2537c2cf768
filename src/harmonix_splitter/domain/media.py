"""What a recording's file is, what we accept, and the forms audio can be written in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import AudioError, InvalidRequestError

STUDIO_RATE = 44_100
_HALF_A_DAY = Seconds(12 * 3600.0)
_MOST_EXPANSION = 400
_ALWAYS_FINE = 4 * 1024**3


@dataclass(frozen=True)
class MediaFacts:
    """What a file says about its audio; decoding has the last word. `samples` is frames at `sample_rate`."""

    duration: Seconds
    sample_rate: int
    channels: int
    samples: int
    codec: str
    container: str
    size: int = 0
    tags: Mapping[str, str] = field(default_factory=dict)
    has_video: bool = False
    is_length_sure: bool = True
    """False where the duration is only estimated from the size, as for MP3 files without an index."""


@dataclass(frozen=True)
class MediaLimits:
    """What we are willing to decode. Sizes in bytes, rates in hertz, durations in seconds."""

    max_size: int = 4 * 1024**3
    max_duration: Seconds = _HALF_A_DAY
    max_channels: int = 8
    min_rate: int = 8_000
    max_rate: int = 192_000

    def check_size(self, size: int) -> None:
        if size == 0:
            raise AudioError("This file is empty (0 bytes).", advice="Choose another file.")
        if size > self.max_size:
            raise AudioError(f"This file has {_gigabytes(size)}; the limit is {_gigabytes(self.max_size)}.")

    def check(self, facts: MediaFacts) -> None:
        """Refuse from what the headers say, before anything is decoded."""
        self.check_channels(facts.channels)
        if not self.min_rate <= facts.sample_rate <= self.max_rate:
            span = f"{self.min_rate / 1000:g} to {self.max_rate / 1000:g} kHz"
            raise AudioError(f"This file has a sample rate of {facts.sample_rate} Hz; {span} are supported.")
        self.check_length(facts.samples, facts)

    def check_channels(self, channels: int) -> None:
        if not 1 <= channels <= self.max_channels:
            raise AudioError(f"This file has {channels} channels; up to {self.max_channels} are supported.")

    def check_length(self, samples: int, facts: MediaFacts) -> None:
        """Refuse by length: `samples` may come from a header or from counting while decoding."""
        if samples > self.max_duration * facts.sample_rate:
            raise AudioError(f"This recording is longer than the limit of {self.max_duration / 60:g} minutes.")
        decoded = samples * facts.channels * 4
        if decoded > max(_ALWAYS_FINE, _MOST_EXPANSION * facts.size):
            raise AudioError(
                f"This small file ({_megabytes(facts.size)}) would unpack to {_gigabytes(decoded)} and was refused.",
                advice="If it is a real recording, convert it to stereo first.",
            )


class AudioFormat(StrEnum):
    """A file form we write."""

    WAV = "wav"
    FLAC = "flac"
    MP3 = "mp3"
    M4A = "m4a"
    OPUS = "opus"

    @property
    def is_lossless(self) -> bool:
        return self in (AudioFormat.WAV, AudioFormat.FLAC)

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    AudioFormat.WAV: "audio/wav",
    AudioFormat.FLAC: "audio/flac",
    AudioFormat.MP3: "audio/mpeg",
    AudioFormat.M4A: "audio/mp4",
    AudioFormat.OPUS: "audio/ogg",
}
_USUAL_KILOBITS = {AudioFormat.MP3: 320, AudioFormat.M4A: 256, AudioFormat.OPUS: 128}
_BITS = {AudioFormat.WAV: (16, 24, 32), AudioFormat.FLAC: (16, 24)}


@dataclass(frozen=True)
class Encoding:
    """How to write audio: `bits` for lossless forms (32 means floating point), `kilobits` per second for the others.

    `variable` asks MP3 for variable bit rate at its best quality instead of a constant rate.
    """

    format: AudioFormat = AudioFormat.FLAC
    bits: int = 16
    kilobits: int = 0
    variable: bool = False

    def __post_init__(self) -> None:
        if self.format.is_lossless and self.bits not in _BITS[self.format]:
            choices = ", ".join(map(str, _BITS[self.format]))
            raise InvalidRequestError(f"{self.format} cannot hold {self.bits} bits; choose {choices}.")
        if not 0 <= self.kilobits <= 512:
            raise InvalidRequestError(f"{self.kilobits} kbit/s is out of range; choose 32 to 512.")

    @property
    def suffix(self) -> str:
        return f".{self.format}"

    @property
    def bit_rate(self) -> int:
        """Bits per second for the lossy forms."""
        return 1000 * (self.kilobits or _USUAL_KILOBITS[self.format])


def format_named(name: str) -> AudioFormat:
    """The format a user means: "aac" and "mp4" are m4a, "ogg" is opus."""
    plain = name.strip().lower().lstrip(".")
    plain = {"aac": "m4a", "mp4": "m4a", "ogg": "opus", "wave": "wav"}.get(plain, plain)
    try:
        return AudioFormat(plain)
    except ValueError:
        choices = ", ".join(AudioFormat)
        raise InvalidRequestError(f'We do not write "{name}".', advice=f"Choose {choices}.") from None


def _gigabytes(size: int) -> str:
    return f"{size / 1024**3:.1f} GB"


def _megabytes(size: int) -> str:
    return f"{size / 1024**2:.1f} MB"
