"""Renders annotated songs, analyses them with every engine at hand, scores with mir_eval, prints tables.

python -m benchmarks.accuracy.run --audio FOLDER --work FOLDER [--models DIR] [--librosa] [--songs N]

What was scored is kept in WORK/scores.json: a run that was stopped goes on, `--fresh` begins anew.
"""

import argparse
import json
import statistics
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import mir_eval
import numpy as np
from benchmarks.accuracy.peers import librosa_facts
from benchmarks.accuracy.render import render_song
from benchmarks.accuracy.truth import Song, songs_in

from harmonix_splitter.adapters.engines.beats.beatnet import BeatNet
from harmonix_splitter.adapters.engines.chords.chordnet import ChordNet
from harmonix_splitter.adapters.engines.keys.keynet import KeyNet
from harmonix_splitter.adapters.engines.models import ModelFolder
from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.domain.analysis import Analysis
from harmonix_splitter.services.analysis import AnalysisEngines, AnalysisService

Table = dict[str, dict[str, list[float]]]
Scoring = Callable[[Song, dict[str, Path], str], dict[str, Any]]
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
        "sections": _borders_trusted(song, analysis),
        "metre": [(metre.confidence, score["metre"] == 1.0)] if metre else [],
    }


def _borders_trusted(song: Song, analysis: Analysis) -> list[tuple[float, bool]]:
    known = song.sections[0][:, 0]
    return [(s.confidence, bool(np.abs(known - s.start).min() < 0.5)) for s in analysis.sections[1:]]


def main() -> None:
    chosen = _options().parse_args()
    warnings.simplefilter("ignore")
    place = chosen.work / "scores.json"
    kept = json.loads(place.read_text()) if place.exists() and not chosen.fresh else {}
    for song in songs_in(chosen.audio)[: chosen.songs]:
        files = render_song(song, chosen.work / song.name)
        for who, arrangement, score in _judges(chosen):
            name = f"{who} on {arrangement} / {song.name}"
            if name not in kept:
                kept[name] = score(song, files, arrangement)
                place.write_text(json.dumps(kept, default=float))
        print(song.name, flush=True)
    _print_all(kept)


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--audio", type=Path, required=True)
    options.add_argument("--work", type=Path, required=True)
    options.add_argument("--models", type=Path, help="a folder with the files of chordnet, keynet and beatnet")
    options.add_argument("--librosa", action="store_true")
    options.add_argument("--songs", type=int, help="only the first so many")
    options.add_argument("--fresh", action="store_true")
    return options


def _judges(chosen: argparse.Namespace) -> Iterator[tuple[str, str, Scoring]]:
    """Who is asked about which arrangement, and how to ask."""
    services = {"harmonix": AnalysisService(PyAvMedia())}
    if chosen.models:
        store = ModelFolder(chosen.models)
        services["chordnet"] = AnalysisService(PyAvMedia(), AnalysisEngines(chords=[ChordNet(store)]))
        networks = AnalysisEngines(beats=[BeatNet(store)], keys=[KeyNet(store)])
        services["beatnet and keynet"] = AnalysisService(PyAvMedia(), networks)
    for name, service in services.items():
        for arrangement in ARRANGEMENTS[: 3 if name == "harmonix" else 2]:
            yield name, arrangement, partial(_scored, service)
    for arrangement in ARRANGEMENTS[:2] if chosen.librosa else ():
        yield "librosa", arrangement, lambda song, files, where: {"scores": librosa_facts(song, files[where])}


def _scored(service: AnalysisService, song: Song, files: dict[str, Path], arrangement: str) -> dict[str, Any]:
    stems = {s: files[s] for s in ("drums", "bass", "vocals")} if arrangement.endswith("stems") else {}
    begun = time.process_time()
    analysis = service.analyze(files[arrangement.split()[0]], stems)
    cost = (time.process_time() - begun) / analysis.duration * 60
    return {"scores": {**scores_of(song, analysis), "CPU s/min": cost}, "trust": trust_of(song, analysis)}


def _print_all(kept: dict[str, dict[str, Any]]) -> None:
    table: Table = defaultdict(lambda: defaultdict(list))
    trust: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for name, found in kept.items():
        where = name.partition(" / ")[0]
        for what, value in found["scores"].items():
            table[where][what].append(float(value))
        for what, pairs in found.get("trust", {}).items() if where.startswith("harmonix") else ():
            trust[what] += pairs
    _print(table, trust)


def _print(table, trust) -> None:
    for place, columns in table.items():
        print(f"\n{place} (n = {len(next(iter(columns.values())))}): mean, median")
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
