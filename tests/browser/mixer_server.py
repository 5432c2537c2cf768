"""A small server beside the built studio, so that the mixer is tested on stems whose every sample is known."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import soundfile
import uvicorn
from fastapi import FastAPI, HTTPException, Query
from fastapi.responses import FileResponse, Response

from harmonix_splitter.audio.demo_song import demo_stems
from harmonix_splitter.domain.demo import ARTIST, BPM, TITLE, DemoTruth, truth
from harmonix_splitter.studio import static_files
from tests.browser.words_server import add_words

Signal = npt.NDArray[np.float32]
RATE = 44_100
SIX = ("vocals", "drums", "bass", "guitar", "piano", "other")
CLICKS, DEMO, LONG, ODD = "clicks", "demo", "long", "odd"


# Runs in the audio thread and hands over every block it hears: one mono input channel a stem.
TAPE = """registerProcessor('tape', class extends AudioWorkletProcessor {
  process([input], [output]) {
    if (input.length) this.port.postMessage(input.map((channel) => channel.slice()));
    output.forEach((channel) => channel.fill(0));
    return true;
  }
});"""


def clicks(seconds: float, spacing: int) -> Signal:
    """One full-scale sample every `spacing` samples, in both channels, in silence."""
    signal = np.zeros((round(seconds * RATE), 2), np.float32)
    signal[::spacing] = 0.9
    return signal


def write_songs(folder: Path) -> None:
    """`clicks`: six equal stems; `demo`: the demo song; `long`: ten minutes of noise; `odd`: one stem is no audio."""
    pulse = clicks(24, RATE // 2)
    for stem in SIX:
        _write(folder / CLICKS / f"{stem}.flac", pulse)
    for stem, samples in demo_stems().items():
        _write(folder / DEMO / f"{stem}.flac", samples)
        _write(folder / ODD / f"{stem}.flac", samples[: 20 * RATE])
    (folder / ODD / "bass.flac").write_bytes(b"this was never music" * 400)
    noise = np.random.default_rng(5).normal(0, 0.1, (600 * RATE, 1)).astype(np.float32)
    for stem in SIX:
        _write(folder / LONG / f"{stem}.flac", noise)


def _write(path: Path, samples: Signal) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, RATE, format="FLAC", subtype="PCM_16")


def analysis_of(facts: DemoTruth) -> Mapping[str, Any]:
    chords = [
        {
            "start": a,
            "end": b,
            "chord": name,
            "confidence": 0.4 if index == 5 else 0.9,
            "alternatives": [{"chord": "A:min", "confidence": 0.3}],
        }
        for index, (a, b, name) in enumerate(facts.chords)
    ]
    letters = {"intro": "A", "verse": "B", "chorus": "C", "outro": "D"}
    return {
        "duration": facts.duration,
        "tempo": {"bpm": BPM, "confidence": 0.95},
        "time_signature": "4/4",
        "beats": list(facts.beats),
        "beat_positions": [index % 4 + 1 for index in range(len(facts.beats))],
        "key": {"key": "G", "scale": "major", "confidence": 0.8, "camelot": "9B"},
        "chords": chords,
        "sections": [
            {"start": a, "end": b, "label": label, "letter": letters[label]} for a, b, label in facts.sections
        ],
    }


def lyrics_of(facts: DemoTruth) -> Mapping[str, Any]:
    lines = [
        {
            "text": " ".join(word.text for word in line),
            "start": line[0].start,
            "end": line[-1].end,
            "provenance": "aligned",
            "words": [
                {"word": word.text, "start": word.start, "end": word.end, "confidence": 0.3 if place == 2 else 0.9}
                for place, word in enumerate(line)
            ],
        }
        for line in facts.lines
    ]
    return {"lines": lines, "language": "en", "offset": 0.0}


def peaks_of(path: Path) -> Mapping[str, Any]:
    samples = soundfile.read(path, dtype="float32", always_2d=True)[0].mean(axis=1)
    levels = []
    for size in (256, 2048, 16384):
        blocks = np.pad(samples, (0, -len(samples) % size)).reshape(-1, size)
        pairs = np.stack([blocks.min(axis=1), blocks.max(axis=1)], axis=1)
        levels.append({"samplesPerPeak": size, "peaks": np.round(pairs.ravel() * 127).astype(int).tolist()})
    return {"sampleRate": RATE, "levels": levels}


def application(folder: Path) -> FastAPI:
    app = FastAPI()

    @app.get("/api/auth/me")
    def me() -> dict[str, str]:
        return {"id": "1", "name": "Mika", "role": "member"}

    @app.get("/tape.js")
    def tape() -> Response:
        return Response(TAPE, media_type="text/javascript")

    _add_sound(app, folder)
    _add_analysis(app)
    add_words(app, DEMO, lyrics_of(truth()))
    static_files.mount(app)
    return app


def _add_sound(app: FastAPI, folder: Path) -> None:
    @app.get("/api/songs/{song}")
    def song(song: str) -> dict[str, Any]:
        seconds = soundfile.info(folder / song / "vocals.flac").duration
        return {"id": song, "title": TITLE if song == DEMO else song, "artist": ARTIST, "durationMs": seconds * 1000}

    @app.get("/api/songs/{song}/stems")
    def stems(song: str) -> dict[str, Any]:
        return {"stems": [{"name": name} for name in SIX if (folder / song / f"{name}.flac").exists()]}

    @app.get("/api/songs/{song}/stems/{stem}.flac")
    def stem(song: str, stem: str) -> FileResponse:
        return FileResponse(folder / song / f"{stem}.flac", media_type="audio/flac")

    @app.get("/api/songs/{song}/mix.{format}")
    def mix(song: str, format: str) -> FileResponse:
        return FileResponse(folder / song / "vocals.flac", media_type="audio/flac")

    @app.get("/api/outlines")
    def outlines(id: Annotated[list[str], Query()]) -> dict[str, dict[str, list[int]]]:
        return {song: outline(song) for song in id}

    @app.get("/api/songs/{song}/outline")
    def outline(song: str) -> dict[str, list[int]]:
        return {name: [60] * 40 for name in SIX if (folder / song / f"{name}.flac").exists()}

    @app.get("/api/songs/{song}/peaks/{stem}")
    def peaks(song: str, stem: str) -> Mapping[str, Any]:
        path = folder / song / f"{stem}.flac"
        if path.read_bytes()[:4] != b"fLaC":
            raise HTTPException(415, "This stem is no audio.")
        return peaks_of(path)


def _add_analysis(app: FastAPI) -> None:
    history = [dict(analysis_of(truth()))]
    plain = {"duration": 0, "beats": [i / 2 for i in range(40)], "beat_positions": [i % 4 + 1 for i in range(40)]}

    def about(number: int) -> dict[str, Any]:
        return {"version": number, "proposal": False}

    def made(document: dict[str, Any]) -> Mapping[str, Any]:
        history.append(document)
        return document | {"about": about(len(history))}

    @app.get("/api/songs/{song}/analysis")
    def analysis(song: str) -> Mapping[str, Any]:
        return history[-1] if song == DEMO else plain | {"tempo": {"bpm": 120}}

    @app.post("/api/songs/{song}/analysis/corrections")
    def correct(song: str, correction: dict[str, Any]) -> Mapping[str, Any]:
        right = {"chord": correction["chord"], "confidence": 1.0, "alternatives": []}
        at = correction["start"]
        chords = [chord | right if abs(chord["start"] - at) < 0.01 else chord for chord in history[-1]["chords"]]
        return made(history[-1] | {"chords": chords})

    @app.get("/api/songs/{song}/analysis/versions")
    def versions(song: str) -> list[dict[str, Any]]:
        return [about(number + 1) for number in range(len(history))]

    @app.post("/api/songs/{song}/analysis/versions/{number}/revert")
    def revert(song: str, number: int) -> Mapping[str, Any]:
        return made(history[number - 1])


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of the application, served from a thread on a free port of loopback."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
