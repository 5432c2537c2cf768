"""Spectrogram pictures of the seconds that went worst: the mixture, the true stem, ours, and what is wrong with it."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from harmonix_splitter.audio.bands import SAMPLE_RATE, band_sums, energies
from harmonix_splitter.audio.spectra import stft
from training.separation.clips_with_truth import JudgedClip

_SECONDS = 6
_RANGE = 70.0
_ROW = 128
_COLOURS = np.array([(8, 8, 24), (70, 20, 110), (190, 50, 90), (250, 150, 50), (255, 250, 200)], np.float32)


def drawn(clip: JudgedClip, stems: dict[str, np.ndarray], folder: Path) -> None:
    """One picture per true stem, of the six seconds with the largest error relative to the stem."""
    folder.mkdir(parents=True, exist_ok=True)
    for stem in ("vocals", "drums", "bass", "other"):
        if stem in clip.truth:
            part = _worst(clip.truth[stem], stems[stem])
            rows = {
                "mixture": clip.mixture[:, part],
                f"{stem}, true": clip.truth[stem][:, part],
                f"{stem}, separated": stems[stem][:, part],
                "error": (stems[stem] - clip.truth[stem])[:, part],
            }
            name = "".join(letter if letter.isalnum() else "-" for letter in clip.name.lower())
            start = part.start / SAMPLE_RATE
            _picture(rows, f"{start:.0f} s").quantize(48).save(folder / f"{name}-{stem}.png", optimize=True)


def _worst(truth: np.ndarray, estimate: np.ndarray) -> slice:
    length = min(_SECONDS * SAMPLE_RATE, truth.shape[1])
    places = range(0, truth.shape[1] - length + 1, SAMPLE_RATE)
    floor = 0.1 * np.mean(truth**2)
    bad = [
        np.mean((truth - estimate)[:, p : p + length] ** 2) / (np.mean(truth[:, p : p + length] ** 2) + floor)
        for p in places
    ]
    start = places[int(np.argmax(bad))]
    return slice(start, start + length)


def _picture(rows: dict[str, np.ndarray], start: str) -> Image.Image:
    levels = {name: 10 * np.log10(_banded(sound) + 1e-9) for name, sound in rows.items()}
    top = levels["mixture"].max()
    width = next(iter(levels.values())).shape[0] * 2
    picture = Image.new("RGB", (width, (_ROW + 18) * len(rows)), "white")
    pen = ImageDraw.Draw(picture)
    for number, (name, level) in enumerate(levels.items()):
        share = np.clip((level - top) / _RANGE + 1, 0, 1).T[::-1]
        image = Image.fromarray(_coloured(share)).resize((width, _ROW))
        picture.paste(image, (0, number * (_ROW + 18) + 18))
        pen.text((4, number * (_ROW + 18) + 3), f"{name} (from {start})", fill="black")
    return picture


def _banded(sound: np.ndarray) -> np.ndarray:
    """(frames, bands) energy, both channels."""
    return band_sums(energies(stft(np.ascontiguousarray(sound, np.float32))).sum(axis=0))


def _coloured(share: np.ndarray) -> np.ndarray:
    places = np.linspace(0, 1, len(_COLOURS))
    channels = [np.interp(share, places, _COLOURS[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=-1).astype(np.uint8)
