"""Human section labels laid on the beats of a file. They count bars of a melody that people had cleaned of the file's
wrong beats, so the notes both share say, one by one, which beat of the file a written beat is."""

import re
from pathlib import Path

import numpy as np

# A file has some beats before the written music, and gains or loses a few on its way.
_LAGS = np.arange(-8, 41)
_NEAR, _CHANGE = 0.3, 6.0
# Beats of slack at the end; labels that need more are misprinted.
_SLACK = 16


def lags_of(written: np.ndarray, played: np.ndarray) -> np.ndarray:
    """Beats by which each written note, (beat, pitch), is later in the file, where `played` gives them alike.

    The likeliest path: few changes, most notes met by one of the same pitch class.
    """
    fits = np.zeros((len(written), len(_LAGS)))
    for fit, (beat, pitch) in zip(fits, written, strict=True):
        same = played[(played[:, 1] - pitch) % 12 == 0, 0]
        fit[:] = (np.abs(same[None] - (beat + _LAGS)[:, None]) < _NEAR).any(axis=1)
    best, back = fits[0], []
    for fit in fits[1:]:
        stays = best >= best.max() - _CHANGE
        back.append(np.where(stays, np.arange(len(_LAGS)), best.argmax()))
        best = np.maximum(best, best.max() - _CHANGE) + fit
    path = [int(best.argmax())]
    for before in reversed(back):
        path.append(int(before[path[-1]]))
    return _LAGS[path[::-1]]


def written_melody(folder: Path) -> np.ndarray:
    """(beat, pitch) of every note; pitch 0 in the file is a rest, lengths are sixteenths."""
    rows = np.loadtxt(folder / "melody.txt", dtype=int)
    begins = np.concatenate([[0], np.cumsum(rows[:-1, 1])]) / 4
    return np.column_stack([begins, rows[:, 0]])[rows[:, 0] > 0]


def labels_in(folder: Path, metre: int, played: np.ndarray, beat_count: int) -> tuple[np.ndarray, list[str]]:
    """Beats of the file at which sections begin, the end last, and their letters; the first labels that fit in it."""
    written = written_melody(folder)
    lags = lags_of(written, played)
    for name in ("human_label1.txt", "human_label2.txt"):
        text = (folder / name).read_text().replace("\n", "")
        parts = [(letter, int(bars)) for letter, bars in re.findall(r"([A-Za-z])(\d+)", text)]
        edges = metre * np.concatenate([[0], np.cumsum([bars for _, bars in parts])])
        # A tune may begin a beat before its section.
        met = np.minimum(np.searchsorted(written[:, 0], edges - 1), len(written) - 1)
        beats = edges + lags[met]
        if beats[-1] <= beat_count + _SLACK:
            return beats, [letter for letter, _ in parts]
    raise ValueError(f"{folder.name}: no labels fit into the song")
