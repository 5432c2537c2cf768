"""The lessons and the teaching of the network that hears kinds of sound, on a small scale."""

import ctypes
import random
import sys
from pathlib import Path

import numpy as np
import pytest
from training.voice_sounds.bands import FULL_RATE, PackageSeparator
from training.voice_sounds.make import in_front_of
from training.voice_sounds.singing import sung
from training.voice_sounds.speaking import Speaker
from training.voice_sounds.train import main as teach

from harmonix_splitter.analysis.voice_sounds import SOUNDS, SoundNet, bands, levelled, sounds

TEXT = "the river carries every word"


def test_a_sung_phrase_knows_its_words_and_sounds():
    pytest.importorskip("pyworld", reason="pyworld is not installed")
    try:
        ctypes.CDLL("libespeak-ng.so.1")
    except OSError:
        pytest.skip("eSpeak NG is not installed")
    spoken = Speaker().say(TEXT, "en-us", 150, 50, 0)

    found = sung(spoken, random.Random(3), beat=0.25)

    assert len(found.words) == len(TEXT.split())
    assert list(found.words) == sorted(found.words)
    assert len(found.kinds) == pytest.approx(100 * len(found.samples) / found.rate, abs=3)
    vowels = [kind in range(1, 6) for kind in found.kinds]
    assert sum(vowels) > 0.5 * len(vowels), "singing holds its vowels"
    assert len(found.samples) > len(spoken.samples)


def test_the_packages_separator_brings_a_voice_out_of_a_band():
    time = np.arange(4 * FULL_RATE) / FULL_RATE
    voice = (np.sin(2 * np.pi * 220 * time) * (time > 2)).astype(np.float32)
    band = np.random.default_rng(1).standard_normal((len(voice), 2)).astype(np.float32)

    mix = in_front_of(voice, band, louder=6.0)
    stem = PackageSeparator().vocals(mix)

    left = mix[:, 0] - mix[:, 1]
    assert np.abs(mix).max() == pytest.approx(0.8, abs=1e-3)
    assert np.abs(left).max() > 0.01
    assert len(stem) == len(voice) * 16_000 // FULL_RATE


def test_what_is_taught_is_what_the_package_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("torch", reason="torch is not installed")
    dice = np.random.default_rng(2)
    voice = dice.standard_normal(16_000).astype(np.float32)
    level = levelled(bands(voice))
    for number in range(16):
        np.savez(tmp_path / f"{number:04d}.npz", level=level, kinds=dice.integers(0, len(SOUNDS), len(level)))
    wish = ["train", str(tmp_path), "--out", str(tmp_path / "net" / "net.npz"), "--steps", "3"]
    (tmp_path / "net").mkdir()
    monkeypatch.setattr(sys, "argv", wish)

    teach()

    with np.load(tmp_path / "net" / "net.npz") as arrays:
        net = SoundNet.from_arrays({name: arrays[name] for name in arrays.files})
    assert sounds(bands(voice), net).sum(1) == pytest.approx(np.ones(len(level)), abs=1e-4)
