"""Into spectra and back."""

import numpy as np
import pytest

from harmonix_splitter.audio.spectra import istft, stft


@pytest.mark.parametrize("size", [2048, 4096, 5120, 6144, 7680])
def test_the_way_back_gives_the_same_audio(size: int) -> None:
    audio = np.random.default_rng(0).normal(size=(2, 30 * 1024)).astype(np.float32)

    back = istft(stft(audio, size, 1024), audio.shape[1], size, 1024)

    inside = slice(size, -size)
    assert np.allclose(back[:, inside], audio[:, inside], atol=1e-4)


def test_a_stretch_of_a_song_has_the_frames_of_the_whole_song() -> None:
    audio = np.random.default_rng(0).normal(size=(1, 40 * 1024)).astype(np.float32)

    whole, part = stft(audio), stft(audio[:, 10 * 1024 :])

    assert np.allclose(whole[:, 12:38], part[:, 2:28], atol=1e-3)


def test_a_tone_lands_in_its_bin() -> None:
    tone = np.sin(2 * np.pi * 100 * np.arange(44_100) / 4096)[None].astype(np.float32)

    assert np.abs(stft(tone))[0, 20].argmax() == 100
