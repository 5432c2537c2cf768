"""What we accept and how we write, decided without any file."""

import pytest

from harmonix_splitter.domain.media import AudioFormat, Encoding, MediaFacts, MediaLimits, format_named
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import AudioError, InvalidRequestError


def facts(seconds: float = 60, rate: int = 44_100, channels: int = 2, size: int = 10_000_000) -> MediaFacts:
    return MediaFacts(Seconds(seconds), rate, channels, round(seconds * rate), "flac", "flac", size)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (facts(channels=255), "255 channels"),
        (facts(rate=16_000_000), "16000000 Hz"),
        (facts(rate=4_000), "4000 Hz"),
        (facts(seconds=13 * 3600), "longer than the limit"),
        (facts(seconds=7200, channels=8, size=2_600_000), "would unpack"),
    ],
)
def test_refuses_what_no_song_is(what: MediaFacts, words: str) -> None:
    with pytest.raises(AudioError, match=words):
        MediaLimits().check(what)


@pytest.mark.parametrize(
    "what", [facts(rate=8_000, channels=1), facts(rate=192_000, channels=8), facts(seconds=3 * 3600, size=1_700_000)]
)
def test_accepts_every_rate_surround_and_three_hours_of_silence(what: MediaFacts) -> None:
    MediaLimits().check(what)


def test_understands_the_names_people_use_for_formats() -> None:
    assert [format_named(name) for name in (".AAC", "ogg", "mp3", "wave")] == [
        AudioFormat.M4A,
        AudioFormat.OPUS,
        AudioFormat.MP3,
        AudioFormat.WAV,
    ]
    with pytest.raises(InvalidRequestError, match="rm"):
        format_named("rm")


def test_refuses_depths_a_format_cannot_hold() -> None:
    with pytest.raises(InvalidRequestError, match="32 bits"):
        Encoding(AudioFormat.FLAC, bits=32)
