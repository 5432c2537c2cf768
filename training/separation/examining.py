"""The examination: held-out songs and singers, judged in the band domain while training, cheaply and always alike.

Score: mean over examination pieces of the vocals SDR, plus a third each for drums and bass where a piece has them.
Few songs tell their bass apart, so some pieces are there for it alone.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from harmonix_splitter.audio.bands import FRAME, HOP, SAMPLE_RATE
from training.separation.lessons import STEMS, Example, lesson_of, spectrum_of
from training.separation.loss import Truth, squared_error
from training.separation.store import Clip

_SECONDS = 24
# Whose drums and accompaniment, which bass, and from which second on.
_BASSES = (
    ("3_Sodium", "3_Sodium.bass", 2),
    ("3_Sodium", "3_Sodium.bass", 28),
    ("3_Sodium", "3_Sodium.bass", 55),
    ("band_019", "band_019.bass", 8),
    ("band_059", "band_059.bass", 8),
    ("band_079", "band_079.bass", 8),
    ("band_099", "band_099.bass", 8),
    ("band_119", "synth_bass_011", 8),
    ("band_139", "synth_bass_023", 8),
)


@dataclass(frozen=True)
class Piece:
    """A held-out mixture. `expected` says what it examines: "song", "bass" (nothing else counts), "silence of the
    voice" or "speech"."""

    name: str
    expected: str
    example: Example


def pieces(clips: list[Clip]) -> list[Piece]:
    """Two real songs in two places each, four singers over backings they never met, one band without a voice, and
    basses: real, played on two sound fonts and synthesised."""
    held = {clip.path.split("/")[-1][:-4]: clip for clip in clips if clip.held_out}
    songs = [
        Piece(f"{song}@{start}", "song", _song(held, song, start))
        for song, starts in (("3_Sodium", (70, 130)), ("6_Caesium", (60, 120)))
        for start in starts
    ]
    band = {"drums": "band_039.drums", "bass": "band_039.bass", "other": "band_039.comp"}
    over = {
        "vocadito_1": {"rest": "kevin_macleod_krampus_workshop"},
        "vocadito_10": {"rest": "tad_florist"},
        "vocadito_14": band,
        "ls_8630-305212-0000": {"rest": "jason_shaw_thought_bot_excerpt"},
    }
    duets = [Piece(voice, "song", _duet(held, voice, backing)) for voice, backing in over.items()]
    unsung = {role: _sound(held[name], 5) for role, name in band.items()}
    real = {"rest": _sound(held["kevin_macleod_krampus_workshop"], 40)}
    speech = {"vocals": _sound(held["ls_78-368-0000"], 0)}
    return [
        *songs,
        *duets,
        *_basses(held),
        Piece("band alone", "silence of the voice", lesson_of(_spectra(unsung))),
        Piece("piece alone", "silence of the voice", lesson_of(_spectra(real))),
        Piece("voice alone", "speech", lesson_of(_spectra(speech), 7300.0)),
    ]


def _basses(held: dict[str, Clip]) -> list[Piece]:
    """Where the bass is what matters, each with a singer it never met."""
    singers = ("vocadito_1", "vocadito_10", "vocadito_14", "ls_8630-305212-0000")
    found = []
    for number, (band, bass, start) in enumerate(_BASSES):
        other = f"{band}.other" if f"{band}.other" in held else f"{band}.comp"
        backing = {"drums": f"{band}.drums", "bass": bass, "other": other}
        found.append(Piece(f"{bass}@{start}", "bass", _duet(held, singers[number % 4], backing, start)))
    return found


def _sound(clip: Clip, start: float) -> np.ndarray:
    first = int(start * SAMPLE_RATE)
    part = clip.audio()[first : first + (_SECONDS * SAMPLE_RATE)].astype(np.float32) / 32768
    count = (len(part) - FRAME) // HOP // 8 * 8
    part = part[: count * HOP + FRAME - HOP]
    return part if part.shape[1] == 2 else np.repeat(part, 2, axis=1)


def _spectra(sounds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    shortest = min(len(sound) for sound in sounds.values())
    return {role: spectrum_of(sound[:shortest]) for role, sound in sounds.items()}


def _song(held: dict[str, Clip], song: str, start: float) -> Example:
    sounds: dict[str, np.ndarray] = {}
    for clip in held.values():
        if clip.song == song:
            sound = _sound(clip, start)
            sounds[clip.role] = sounds.get(clip.role, np.zeros_like(sound)) + sound
    return lesson_of(_spectra(_with_voice_at(sounds, -2.0)))


def _duet(held: dict[str, Clip], voice: str, backing: dict[str, str], start: float = 8) -> Example:
    sounds = {role: _sound(held[name], start) for role, name in backing.items()}
    sounds["vocals"] = _sound(held[voice], 1)
    return lesson_of(_spectra(_with_voice_at(sounds, -2.0)), held[voice].top)


def _with_voice_at(sounds: dict[str, np.ndarray], decibels: float) -> dict[str, np.ndarray]:
    """The album's voices are mixed very low in places: every piece gets the same balance, to be comparable."""
    shortest = min(len(sound) for sound in sounds.values())
    cut = {role: sound[:shortest] for role, sound in sounds.items()}
    backing = sum(sound for role, sound in cut.items() if role != "vocals")
    ratio = np.sqrt(np.mean(backing**2)) / (np.sqrt(np.mean(cut["vocals"] ** 2)) + 1e-9)
    return cut | {"vocals": cut["vocals"] * np.float32(ratio * 10 ** (decibels / 20))}


def truth_of(examples: list[Example], device: str = "cpu") -> tuple[Tensor, Truth]:
    """A batch for the network and what it should answer."""

    def stacked(name: str) -> Tensor:
        return torch.from_numpy(np.stack([getattr(example, name) for example in examples])).float().to(device)

    names = ("mixture", "shared", "energy", "groups", "trusted")
    return stacked("features"), Truth(**{name: stacked(name) for name in names})


@torch.no_grad()
def marks(network: torch.nn.Module, examined: list[Piece], device: str = "cpu") -> dict[str, float]:
    """SDR in dB by piece and stem, leaks in dB, and the `score` that chooses the network to keep."""
    network.eval()
    found: dict[str, float] = {}
    for piece in examined:
        heard, truth = truth_of([piece.example], device)
        wrong = squared_error(network(heard).float(), truth) * truth.trusted[:, None, None, None, :]
        energy = truth.energy * truth.trusted[:, None, None, None, :]
        found |= _marks_of(piece, wrong.sum((0, 2, 3, 4)), energy.sum((0, 2, 3, 4)), truth)
    network.train()
    return found | {"score": _score(found)}


def _marks_of(piece: Piece, wrong: Tensor, energy: Tensor, truth: Truth) -> dict[str, float]:
    whole = float(truth.mixture.sum())
    if piece.expected == "silence of the voice":
        return {f"{piece.name}: leak": 10 * float(torch.log10(wrong[0] / whole + 1e-9))}
    found = {}
    for number, members in enumerate(truth.groups[0]):
        if int(members.sum()) == 1 and float(energy[number]) > 1e-4 * whole:
            stem = STEMS[int(members.argmax())]
            if piece.expected == "bass" and stem != "bass":
                continue
            found[f"{piece.name}: {stem}"] = 10 * float(torch.log10(energy[number] / (wrong[number] + 1e-9)))
    return found


def _score(found: dict[str, float]) -> float:
    def mean(stem: str) -> float:
        values = [value for name, value in found.items() if name.endswith(f": {stem}") and "alone" not in name]
        return float(np.mean(values))

    return mean("vocals") + (mean("drums") + mean("bass")) / 3
