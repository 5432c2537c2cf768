"""How well instruments are told on composed songs nobody learned from, from the mix and from true stems, and what a
confidence is worth there.

    python -m training.analysis.compose_parts --usual --songs 17 --step 5 --into /judges
    python -m training.analysis.judge_instruments /judges
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from harmonix_splitter.analysis.instrument_model import NAMES, SILENCE, Patches, patches_of
from harmonix_splitter.analysis.instruments import REST, in_mix, in_stems, together
from harmonix_splitter.domain.analysis import detected_in
from training.analysis.compose_parts import Sound
from training.analysis.examples import parts_in
from training.analysis.fit_instruments import sum_of

FOUR, SIX = ("vocals", "drums", "bass"), ("vocals", "drums", "bass", "guitar", "piano")


def true_stems(parts: Mapping[str, Sound], mix: Sound, separate: tuple[str, ...]) -> dict[str, Patches]:
    """What a perfect separation would give; a stem nobody plays in is silent."""
    silence = Sound(np.full_like(mix.timbre, -8.1), np.zeros_like(mix.flutter), np.full_like(mix.level, SILENCE))
    stems = {name: parts.get(name, silence) for name in separate}
    rest = [part for name, part in parts.items() if name not in separate]
    stems[REST] = sum_of(rest, np.zeros(len(rest))) if rest else silence
    return {name: patches_of(stem) for name, stem in stems.items()}


def told_of(parts: Mapping[str, Sound]) -> dict[str, dict[str, float]]:
    whole = sum_of(list(parts.values()), np.zeros(len(parts)))
    mix = patches_of(whole)
    heard = in_mix(mix)
    stems = {"six stems": true_stems(parts, whole, SIX), "four stems": true_stems(parts, whole, FOUR)}
    told = {where: together(heard, in_stems(each, mix.loudness)) for where, each in stems.items()}
    return {**told, "the mix alone": heard}


def f_of(counts: Counter[str]) -> float:
    return 2 * counts["hit"] / max(1, 2 * counts["hit"] + counts["false"] + counts["missed"])


def main() -> None:
    tables: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: {name: Counter() for name in NAMES})
    said: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    songs = parts_in(Path(sys.argv[1]))
    for parts in songs.values():
        for where, told in told_of(parts).items():
            found = detected_in(told)
            for name, counts in tables[where].items():
                counts["hit"] += name in parts and name in found
                counts["false"] += name in found and name not in parts
                counts["missed"] += name in parts and name not in found
                said[where].append((told[name], name in parts))
    for where, counts in tables.items():
        named = ", ".join(f"{name} {f_of(counts[name]):.2f}" for name in NAMES)
        print(f"{where} ({len(songs)} songs): mean F {np.mean([f_of(c) for c in counts.values()]):.2f}; {named}")
        for low, high in ((0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 0.95), (0.95, 1.01)):
            inside = [pair for pair in said[where] if low <= pair[0] < high]
            if inside:
                print("  said {:.2f}, there {:.2f} ({} times)".format(*np.mean(inside, axis=0), len(inside)))


if __name__ == "__main__":
    main()
