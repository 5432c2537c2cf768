"""Packs asked for over HTTP and on the command line, each opened with another program's eyes."""

import io
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from fastapi.testclient import TestClient

from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.cli.main import run
from harmonix_splitter.domain.lyrics import Lyrics
from harmonix_splitter.domain.lyrics.document import Line, Word
from harmonix_splitter.domain.lyrics_formats import ass, lrc
from harmonix_splitter.domain.units import Seconds
from tests.karaoke_players import CdgPlayer, ultrastar_notes
from tests.songs_on_file import finished_song
from tests.studios import person, served

SECONDS = 9.0
NAME = "Ed Sheeran - Perfect"
WORDS = (("Sing", 5.0, 5.8), ("with", 5.8, 6.6), ("me", 6.6, 7.4))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with served(tmp_path_factory.mktemp("packs")) as client:
        yield client


@pytest.fixture(scope="module")
def ann(client: TestClient) -> TestClient:
    return person(client, "ann")


@pytest.fixture(scope="module")
def song(client: TestClient, ann: TestClient) -> str:
    """The voice sings A5 (880 Hz) all along."""
    made = finished_song(client, "ann", seconds=SECONDS)
    studio: Studio = client.app.state.studio  # type: ignore[attr-defined]
    line = Line.of_words(Word(text, Seconds(start), Seconds(end)) for text, start, end in WORDS)
    recording = studio.library.item(made.item_id).recording_id
    studio.lyrics.book.save(recording, Lyrics((line,)), "ann")
    return made.id


def packed(ann: TestClient, song: str, kind: str) -> dict[str, bytes]:
    """Ask, wait, fetch, unzip."""
    asked = ann.post(f"/api/songs/{song}/packs", json={"kind": kind})
    assert asked.status_code == 202, asked.text
    deadline = time.monotonic() + 120
    while (job := ann.get(asked.headers["location"]).json())["status"] == "processing":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert job["status"] == "completed", job
    answer = ann.get(job["url"])
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def loudness(sound: bytes, hertz: float) -> float:
    """How much of one tone is in a file, against the tone's full level of 0.2."""
    with av.open(io.BytesIO(sound)) as container:
        frames = [frame.to_ndarray().mean(axis=0) for frame in container.decode(audio=0)]
        rate = container.streams.audio[0].rate
    wave = np.concatenate(frames)[rate : rate + 4 * rate]
    turn = np.exp(-2j * np.pi * hertz * np.arange(len(wave)) / rate)
    return float(abs((wave * turn).mean()) * 2 / 0.2)


def test_the_video_wipes_its_words_over_the_instrumental(ann: TestClient, song: str) -> None:
    files = packed(ann, song, "video")

    assert set(files) == {f"{NAME}.mp4", f"{NAME}.ass"}
    with av.open(io.BytesIO(files[f"{NAME}.mp4"])) as container:
        pictures = {
            round(frame.time * 25): frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)
        }
        codecs = {stream.codec_context.name for stream in container.streams}
    assert codecs == {"h264", "aac"}
    assert len(pictures) == pytest.approx(SECONDS * 25, abs=2)

    def gold(moment: float) -> int:
        picture = pictures[round(moment * 25)][130:210]
        return int(((picture[:, :, 0] > 200) & (picture[:, :, 2] < 130)).sum())

    assert gold(4.9) == 0
    assert 0 < gold(5.9) < gold(7.3)
    assert loudness(files[f"{NAME}.mp4"], 440.0) == pytest.approx(1.0, abs=0.1)
    assert loudness(files[f"{NAME}.mp4"], 880.0) < 0.02
    assert ass.read(files[f"{NAME}.ass"].decode()).lines[0].text == "Sing with me"
    assert files[f"{NAME}.ass"].count(b"\\kf80") == 3


def test_mp3_and_graphics_play_together(ann: TestClient, song: str) -> None:
    files = packed(ann, song, "cdg")

    graphics = files[f"{NAME}.cdg"]
    assert len(graphics) == pytest.approx(SECONDS * 300 * 24, abs=24)
    player = CdgPlayer().play(graphics, 7.4)
    assert (15, 12, 2) in {tuple(player.palette[number]) for number in np.unique(player.screen)}
    assert loudness(files[f"{NAME}.mp3"], 880.0) < 0.02


def test_ultrastar_notes_have_the_pitch_of_the_voice(ann: TestClient, song: str) -> None:
    files = packed(ann, song, "ultrastar")

    tags, notes = ultrastar_notes(files[f"{NAME}/{NAME}.txt"].decode())
    assert (tags["TITLE"], tags["ARTIST"]) == ("Perfect", "Ed Sheeran")
    assert f"{NAME}/{tags['MP3']}" in files
    assert [(note.kind, note.text.strip(), note.pitch) for note in notes] == [
        (":", text, 81 - 60) for text, _, _ in WORDS
    ]
    assert [note.start for note in notes] == pytest.approx([start for _, start, _ in WORDS], abs=0.011)


def test_the_instrumental_comes_with_its_lrc(ann: TestClient, song: str) -> None:
    files = packed(ann, song, "lrc")

    name = f"{NAME} (instrumental)"
    lines = lrc.read(files[f"{name}.lrc"].decode()).lines
    assert [(line.text, line.start) for line in lines] == [("Sing with me", 5.0)]
    assert loudness(files[f"{name}.mp3"], 440.0) == pytest.approx(1.0, abs=0.1)
    assert loudness(files[f"{name}.mp3"], 880.0) < 0.02


def test_the_command_line_writes_a_pack_into_a_folder(
    client: TestClient, song: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    studio: Studio = client.app.state.studio  # type: ignore[attr-defined]

    out = tmp_path / "packs"

    with pytest.raises(SystemExit) as left:
        run(["export", song, "--pack", "lrc", "--out", str(out), "--data-dir", str(studio.settings.data_dir)])

    assert left.value.code == 0, capsys.readouterr().err
    assert {path.suffix for path in out.iterdir()} == {".mp3", ".lrc"}


@pytest.mark.parametrize(("kind", "status"), [("video", 404), ("vinyl", 400)])
def test_what_cannot_be_packed_is_said(ann: TestClient, kind: str, status: int) -> None:
    assert ann.post("/api/songs/nothing/packs", json={"kind": kind}).status_code == status


def test_a_song_without_timed_words_says_what_to_do(client: TestClient, ann: TestClient) -> None:
    silent = finished_song(client, "ann", video_id="dQw4w9WgXcQ")

    asked: dict[str, Any] = {}
    where = ann.post(f"/api/songs/{silent.id}/packs", json={"kind": "cdg"}).headers["location"]
    deadline = time.monotonic() + 30
    while (asked := ann.get(where).json())["status"] == "processing" and time.monotonic() < deadline:
        time.sleep(0.05)

    assert asked["status"] == "failed"
    assert "no times" in asked["error"]


def test_nobody_packs_somebody_elses_song(client: TestClient, song: str) -> None:
    bob = person(client, "bob")

    assert bob.post(f"/api/songs/{song}/packs", json={"kind": "lrc"}).status_code == 404
    assert bob.get(f"/api/songs/{song}/packs/lrc/file").status_code == 404
