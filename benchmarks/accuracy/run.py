"""Renders annotated songs, analyses them with every engine at hand, scores with mir_eval, prints tables.

python -m benchmarks.accuracy.run --audio ../shared/audio/pop --work /tmp/accuracy [--models DIR] [--librosa]
"""

import argparse
import json
import statistics
import time
import warnings
from collections import defaultdict
from pathlib import Path

import mir_eval
import numpy as np
from benchmarks.accuracy.peers import librosa_facts
from benchmarks.accuracy.render import render_song
from benchmarks.accuracy.truth import Song, songs_in

from harmonix_splitter.adapters.engines.chords.chordnet import ChordNet
from harmonix_splitter.adapters.engines.models import ModelFolder
from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.domain.analysis import Analysis
from harmonix_splitter.services.analysis import AnalysisEngines, AnalysisService

ARRANGEMENTS = ("bare", "band", "band with stems")


def scores_of(song: Song, analysis: Analysis) -> dict[str, float]:
    rhythm, trim = analysis.rhythm, mir_eval.beat.trim_beats
    beats, downbeats = np.array(rhythm.beats), np.array(rhythm.downbeats)
    bpm = rhythm.tempo.bpm if rhythm.tempo else 0.0
    return {
        "beat F": mir_eval.beat.f_measure(trim(song.beats), trim(beats)),
        "downbeat F": mir_eval.beat.f_measure(trim(song.downbeats), trim(downbeats)),
        "tempo acc1": float(abs(bpm / song.tempo - 1) < 0.04),
        "metre": float(bool(rhythm.metre) and rhythm.metre.beats == song.metre),
        **_harmony(song, analysis),
        **_sections(song, analysis),
    }


def _harmony(song: Song, analysis: Analysis) -> dict[str, float]:
    spans = np.array([[chord.start, chord.end] for chord in analysis.chords])
    labels = [chord.name.harte(analysis.key) for chord in analysis.chords]
    chords = mir_eval.chord.evaluate(*song.chords, spans, labels)
    key = analysis.key
    named = f"{key.spelled} {key.scale.lower()}" if key else "X"
    named = named.replace("D# minor", "Eb minor").replace("G# minor", "Ab minor").replace("A# minor", "Bb minor")
    found = {"key": mir_eval.key.evaluate(song.key, named)["Weighted Score"]}
    return found | {f"chords {name}": chords[name] for name in ("root", "majmin", "sevenths", "seg")}


def _sections(song: Song, analysis: Analysis) -> dict[str, float]:
    spans = np.array([[section.start, section.end] for section in analysis.sections]).reshape(-1, 2)
    if len(spans) < 2:
        return {"sections F 0.5 s": 0.0, "sections F 3 s": 0.0}
    return {
        f"sections F {window} s": mir_eval.segment.detection(song.sections[0], spans, window=window, trim=True)[2]
        for window in (0.5, 3)
    }


def trust_of(song: Song, analysis: Analysis) -> dict[str, list[tuple[float, bool]]]:
    """(confidence shown, whether it was right) of tempo, key, metre and every chord."""
    score = scores_of(song, analysis)
    chords = []
    for chord in analysis.chords:
        label = [chord.name.harte(analysis.key)]
        start, end = max(chord.start, song.chords[0][0, 0]), min(chord.end, song.chords[0][-1, 1])
        if end - start < 0.1:
            continue
        spans = np.array([[start, end]])
        known, names = mir_eval.util.adjust_intervals(*song.chords, t_min=start, t_max=end)
        merged, a, b = mir_eval.util.merge_labeled_intervals(known, names, spans, label)
        right = mir_eval.chord.thirds(a, b)
        lengths = np.diff(merged, axis=1)[:, 0]
        if (right >= 0).any():
            share = float((np.maximum(right, 0) * lengths)[right >= 0].sum() / lengths[right >= 0].sum())
            chords.append((chord.confidence, share > 0.5))
    tempo, metre = analysis.rhythm.tempo, analysis.rhythm.metre
    return {
        "chords": chords,
        "key": [(analysis.keys[0].confidence, score["key"] == 1.0)] if analysis.keys else [],
        "tempo": [(tempo.confidence, score["tempo acc1"] == 1.0)] if tempo else [],
        "metre": [(metre.confidence, score["metre"] == 1.0)] if metre else [],
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--audio", type=Path, required=True)
    options.add_argument("--work", type=Path, required=True)
    options.add_argument("--models", type=Path)
    options.add_argument("--librosa", action="store_true")
    options.add_argument("--every", type=int, default=1)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    warnings.simplefilter("ignore")
    services = {"harmonix": AnalysisService(PyAvMedia())}
    if chosen.models:
        services["chordnet"] = AnalysisService(
            PyAvMedia(), AnalysisEngines(chords=[ChordNet(ModelFolder(chosen.models))])
        )
    table, trust = defaultdict(lambda: defaultdict(list)), defaultdict(list)
    for song in songs_in(chosen.audio)[:: chosen.every]:
        files = render_song(song, chosen.work / song.name)
        for name, service in services.items():
            for arrangement in ARRANGEMENTS[: 3 if name == "harmonix" else 2]:
                _one(song, service, (name, arrangement), files, table, trust)
        if chosen.librosa:
            for arrangement in ARRANGEMENTS[:2]:
                for what, value in librosa_facts(song, files[arrangement]).items():
                    table["librosa", arrangement][what].append(value)
        print(song.name, flush=True)
    _print(table, trust)
    if chosen.json:
        rows = {" / ".join(key): dict(value) for key, value in table.items()}
        chosen.json.write_text(json.dumps({"scores": rows, "trust": trust}))


def _one(song, service, place, files, table, trust) -> None:
    stems = {s: files[s] for s in ("drums", "bass", "vocals")} if place[1].endswith("stems") else {}
    begun = time.process_time()
    analysis = service.analyze(files[place[1].split()[0]], stems)
    cost = (time.process_time() - begun) / analysis.duration * 60
    for what, value in {**scores_of(song, analysis), "CPU s/min": cost}.items():
        table[place][what].append(float(value))
    if place[0] == "harmonix":
        for what, pairs in trust_of(song, analysis).items():
            trust[what] += pairs


def _print(table, trust) -> None:
    for place, columns in table.items():
        print(f"\n{place[0]} on {place[1]} (n = {len(next(iter(columns.values())))})")
        for what, values in columns.items():
            print(f"| {what} | {statistics.mean(values):.3f} | {statistics.median(values):.3f} |")
    for what, pairs in trust.items():
        print(f"\nconfidence of {what}: said, right, how many")
        for low in np.arange(0, 1, 0.1):
            inside = [(c, r) for c, r in pairs if low <= c < low + 0.1 + (low > 0.85) * 0.01]
            if inside:
                said, right = np.mean([c for c, _ in inside]), np.mean([r for _, r in inside])
                print(f"| {said:.2f} | {right:.2f} | {len(inside)} |")


if __name__ == "__main__":
    main()
