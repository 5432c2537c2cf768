"""Real files of every kind, read and written."""

import io
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from harmonix_splitter.adapters.media.encoding import FileWriters, PyAvEncoder
from harmonix_splitter.adapters.media.pictures import cover_of
from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.domain.media import AudioFormat, Encoding, MediaLimits
from tests import makers_media as make

MEDIA = PyAvMedia()
_WITHOUT_GAPLESS = {"aac": -1024, "mkv": 0, "wma": 2048}
"""Forms that say nothing about encoder delay, and how many samples the encoder here cuts (or adds) at the start."""


def fidelity(true: np.ndarray, got: np.ndarray) -> float:
    """Signal to error in dB, the first and last tenth of a second left out."""
    edge = 4410
    end = min(len(true), len(got)) - edge
    error = true[edge:end] - got[edge:end]
    return float(10 * np.log10((true[edge:end] ** 2).sum() / ((error**2).sum() + 1e-12)))


@pytest.mark.parametrize("kind", sorted(make.CONTAINERS))
def test_reads_every_kind_of_file_in_step(tmp_path: Path, kind: str) -> None:
    rate = 48_000 if kind in ("opus", "webm") else 44_100
    path = make.write(tmp_path / f"song.{kind}", make.tone(2.0, rate), rate)

    samples = MEDIA.load(path)

    assert abs(len(samples) - 88_200) <= (2048 if kind in _WITHOUT_GAPLESS else 1)
    cut = _WITHOUT_GAPLESS.get(kind, 0)
    assert fidelity(make.tone(2.0)[max(0, cut) :], samples[max(0, -cut) :]) > 25


@pytest.mark.parametrize("kind", ["mp3", "m4a", "opus", "flac", "wav", "ogg"])
def test_probes_what_it_reads(tmp_path: Path, kind: str) -> None:
    rate = 48_000 if kind == "opus" else 44_100
    facts = MEDIA.probe(make.write(tmp_path / f"song.{kind}", make.tone(2.0, rate), rate))

    assert facts.duration == pytest.approx(2.0, abs=0.06)
    assert (facts.channels, facts.sample_rate, facts.has_video) == (2, rate, False)


def test_a_video_is_a_recording_too(tmp_path: Path) -> None:
    path = make.write(tmp_path / "clip.mkv", make.tone(1.0))

    assert MEDIA.probe(path).has_video


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 32_000, 48_000, 96_000, 192_000])
def test_every_rate_becomes_the_studio_rate_with_an_exact_length(tmp_path: Path, rate: int) -> None:
    frames = rate + 7
    path = make.write(tmp_path / "song.wav", make.tone(frames / rate, rate)[:frames], rate)

    samples = MEDIA.load(path)

    assert len(samples) == round(frames * 44_100 / rate)
    assert fidelity(make.tone(1.1)[: len(samples)], samples) > 60


@pytest.mark.parametrize("layout", ["mono", "stereo", "2.1", "quad", "5.1", "7.1"])
def test_every_layout_becomes_stereo_that_does_not_clip(tmp_path: Path, layout: str) -> None:
    channels = av.AudioLayout(layout).nb_channels
    path = make.write(tmp_path / "song.wav", np.ones((4410, channels), np.float32) * 0.999, layout=layout)

    samples = MEDIA.load(path)

    assert samples.shape == (4410, 2)
    assert 0.5 < np.abs(samples).max() <= 1.0


@pytest.mark.parametrize("kind", ["m4a", "flac", "wav"])
def test_eight_channels_are_read_from_planar_codecs_too(tmp_path: Path, kind: str) -> None:
    path = make.write(tmp_path / f"song.{kind}", make.tone(0.5, channels=8), layout="7.1")

    assert MEDIA.load(path).shape == (22_050, 2)


def test_mono_is_the_same_on_both_sides(tmp_path: Path) -> None:
    path = make.write(tmp_path / "song.wav", make.tone(0.5, channels=1), layout="mono")

    samples = MEDIA.load(path)

    assert np.array_equal(samples[:, 0], samples[:, 1])
    assert np.allclose(samples[:, 0], make.tone(0.5, channels=1)[:, 0], atol=1e-4)


def test_blocks_are_even_and_add_up(tmp_path: Path) -> None:
    path = make.write(tmp_path / "song.flac", make.tone(1.0))

    sizes = [len(block) for block in MEDIA.blocks(path, block=1000)]

    assert set(sizes[:-1]) == {1000}
    assert sum(sizes) == 44_100


@pytest.mark.parametrize("form", list(AudioFormat))
def test_what_we_write_has_the_length_and_words_of_what_we_read(tmp_path: Path, form: AudioFormat) -> None:
    source = make.write(tmp_path / "in.wav", make.tone(1.234))
    cover = _picture("JPEG")
    tags = {"title": "Où es-tu", "artist": "Someone"}

    made = PyAvEncoder().encode(source, tmp_path / f"out.{form}", Encoding(form), tags, cover)

    assert len(MEDIA.load(made)) == len(MEDIA.load(source))
    assert fidelity(MEDIA.load(source), MEDIA.load(made)) > (90 if form.is_lossless else 30)
    assert MEDIA.probe(made).tags == tags
    assert cover_of(made, MediaLimits()) == (None if form is AudioFormat.WAV else cover)
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith(".part")] == []


def test_tags_and_cover_travel_with_the_recording(tmp_path: Path) -> None:
    encoder, source = PyAvEncoder(), make.write(tmp_path / "in.wav", make.tone(0.5))
    first = encoder.encode(source, tmp_path / "a.mp3", Encoding(AudioFormat.MP3), {"album": "One"}, _picture("PNG"))

    second = encoder.encode(first, tmp_path / "b.m4a", Encoding(AudioFormat.M4A))

    assert MEDIA.probe(second).tags == {"album": "One"}
    assert cover_of(second, MediaLimits()) == _picture("PNG")


def test_sixteen_bits_come_back_bit_for_bit(tmp_path: Path) -> None:
    grid = np.random.default_rng(1).integers(-32_768, 32_767, (5000, 2)).astype(np.float32) / 32_768

    writer = FileWriters().create(tmp_path / "a.flac", 44_100, 2, Encoding())
    writer.write(grid)

    assert np.array_equal(MEDIA.load(writer.close()), grid)


def test_an_abandoned_file_leaves_nothing(tmp_path: Path) -> None:
    for form in AudioFormat:
        writer = FileWriters().create(tmp_path / f"a.{form}", 44_100, 2, Encoding(form))
        writer.write(make.tone(0.5))
        writer.abandon()
        writer.abandon()

    assert list(tmp_path.iterdir()) == []


def _picture(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 60)).save(file, kind)
    return file.getvalue()
