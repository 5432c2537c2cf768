"""Packs asked for over HTTP and on the command line, each opened with another program's eyes."""

import io
import json
import re
import time
import wave
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import mido
import numpy as np
import pytest
import soundfile
from fastapi.testclient import TestClient

from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.cli.main import run
from harmonix_splitter.domain.analysis import Analysis, Chord, ChordName, Metre, Rhythm
from harmonix_splitter.domain.lyrics import Lyrics
from harmonix_splitter.domain.lyrics.document import Line, Word
from harmonix_splitter.domain.lyrics_formats import ass, lrc
from harmonix_splitter.domain.units import Seconds
from tests.karaoke_players import CdgPlayer, ultrastar_notes
from tests.songs_on_file import STEMS, finished_song
from tests.songs_on_file import sound as tone
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
    """Ask, wait, fetch, unzip where it is more than one file."""
    asked = ann.post(f"/api/songs/{song}/packs", json={"kind": kind})
    assert asked.status_code == 202, asked.text
    deadline = time.monotonic() + 120
    while (job := ann.get(asked.headers["location"]).json())["status"] == "processing":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert job["status"] == "completed", job
    answer = ann.get(job["url"])
    if answer.headers["content-type"] != "application/zip":
        name = re.search('filename="([^"]+)"', answer.headers["content-disposition"])
        assert name is not None
        return {name[1]: answer.content}
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def refused(ann: TestClient, song: str, kind: str) -> str:
    """Why a pack could not be made."""
    where = ann.post(f"/api/songs/{song}/packs", json={"kind": kind}).headers["location"]
    deadline = time.monotonic() + 30
    while (asked := ann.get(where).json())["status"] == "processing" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert asked["status"] == "failed"
    return str(asked["error"])


def atom_at(data: bytes, *path: bytes) -> bytes:
    """The content of an MP4's atom, found from the outside in."""
    for name in path:
        at = 0
        while data[at + 4 : at + 8] != name:
            at += int.from_bytes(data[at : at + 4], "big")
            assert at < len(data), name
        data = data[at + 8 : at + int.from_bytes(data[at : at + 4], "big")]
    return data


def loudness(sound: bytes, hertz: float, track: int = 0) -> float:
    """How much of one tone is in a file, against the tone's full level of 0.2."""
    with av.open(io.BytesIO(sound)) as container:
        frames = [frame.to_ndarray().mean(axis=0) for frame in container.decode(audio=track)]
        rate = container.streams.audio[track].rate
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


def test_a_workstation_gets_equal_stems_and_the_grid_of_the_recording(
    client: TestClient, ann: TestClient, song: str
) -> None:
    studio: Studio = client.app.state.studio  # type: ignore[attr-defined]
    beats = tuple(0.75 + 0.6 * number for number in range(13))
    rhythm = Rhythm(metre=Metre(4), beats=beats, positions=tuple(number % 4 + 1 for number in range(13)))
    chords = (Chord(0.75, 3.15, ChordName.parsed("A:min")),)
    recording = studio.library.item(studio.songs.song(song).item_id).recording_id
    studio.analysis_desk.record(recording, Analysis(SECONDS, rhythm, chords=chords))

    files = packed(ann, song, "daw")

    stems = {f"{NAME}/{NAME} - {stem}.wav": hertz for stem, hertz in STEMS.items()}
    facts = [f"{NAME}/README.txt", f"{NAME}/{NAME}.mid", f"{NAME}/chords.csv"]
    assert set(files) == {*stems, *facts}
    for name in stems:
        with wave.open(io.BytesIO(files[name])) as sound:
            assert (sound.getnframes(), sound.getsampwidth()) == (round(SECONDS * sound.getframerate()), 3)
        heard, _ = soundfile.read(io.BytesIO(files[name]), dtype="float32")
        assert np.allclose(heard, tone(stems[name], SECONDS), atol=1 / 32_768)
    grid = mido.MidiFile(file=io.BytesIO(files[f"{NAME}/{NAME}.mid"]))
    assert grid.length == pytest.approx(SECONDS, abs=0.001)
    assert [m.tempo for m in grid.tracks[0] if m.type == "set_tempo"][1:] == [600_000] * 12
    assert files[f"{NAME}/chords.csv"].decode().splitlines() == ["start,end,chord", "0.750,3.150,Am"]
    assert "is bar 2 of the project" in files[f"{NAME}/README.txt"].decode()


def test_decks_get_the_mix_and_four_named_tracks_of_one_length(ann: TestClient, song: str) -> None:
    files = packed(ann, song, "stem-m4a")

    assert set(files) == {f"{NAME}.stem.m4a"}
    data = files[f"{NAME}.stem.m4a"]
    note = json.loads(atom_at(data, b"moov", b"udta", b"stem"))
    assert [stem["name"] for stem in note["stems"]] == ["Drums", "Bass", "Other", "Vocals"]
    assert note["version"] == 1
    assert not any(part["enabled"] for part in note["mastering_dsp"].values())
    with av.open(io.BytesIO(data)) as container:
        assert container.metadata["title"] == "Perfect"
        tracks = container.streams.audio
        assert [(track.codec_context.name, track.channels) for track in tracks] == [("aac", 2)] * 5
        assert {track.duration * track.time_base for track in tracks} == {SECONDS}
    for track, hertz in enumerate((330.0, STEMS["drums"], STEMS["bass"], STEMS["other"], STEMS["vocals"])):
        assert loudness(data, hertz, track) == pytest.approx(1.0, abs=0.05)


def test_a_song_without_beats_has_no_grid(client: TestClient, ann: TestClient) -> None:
    unheard = finished_song(client, "ann", video_id="hLQl3WQQoQ0")

    assert "No beats" in refused(ann, unheard.id, "daw")


def test_of_six_stems_decks_get_guitar_piano_and_the_rest_as_one(client: TestClient, ann: TestClient) -> None:
    studio: Studio = client.app.state.studio  # type: ignore[attr-defined]
    more = {"guitar": 523.0, "piano": 659.0}
    six = finished_song(client, "ann", video_id="kJQP7kiw5Fk", seconds=6.0, stems={**STEMS, **more})

    (data,) = packed(ann, six.id, "stem-m4a").values()

    with av.open(io.BytesIO(data)) as container:
        assert len(container.streams.audio) == 5
    assert len(studio.library.item(six.item_id).stems) == 6
    for hertz in (STEMS["other"], *more.values()):
        assert loudness(data, hertz, track=3) == pytest.approx(1.0, abs=0.05)
    assert loudness(data, more["piano"], track=2) < 0.05


def test_a_pack_made_again_after_a_correction_is_the_corrected_one(
    client: TestClient, ann: TestClient, song: str
) -> None:
    assert "with me" in packed(ann, song, "lrc")[f"{NAME} (instrumental).lrc"].decode()
    studio: Studio = client.app.state.studio  # type: ignore[attr-defined]
    recording = studio.library.item(studio.songs.song(song).item_id).recording_id
    before = studio.lyrics.book.lyrics(recording)
    assert before is not None
    line = Line.of_words([Word("Hum", Seconds(5.0), Seconds(6.0))])

    studio.lyrics.book.save(recording, Lyrics((line,)), "ann")
    after = packed(ann, song, "lrc")[f"{NAME} (instrumental).lrc"].decode()
    studio.lyrics.book.save(recording, before, "ann")

    assert "Hum" in after
    assert "with me" not in after


def test_only_four_stems_make_a_stem_file(client: TestClient, ann: TestClient) -> None:
    studio: Studio = client.app.state.studio  # type: ignore[attr-defined]
    two = finished_song(client, "ann", video_id="RgKAFK5djSk")
    studio.library.record.put(replace(studio.library.item(two.item_id), stems=("vocals", "instrumental")))

    assert "needs drums, bass, vocals and the rest apart" in refused(ann, two.id, "stem-m4a")


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

    assert "no times" in refused(ann, silent.id, "cdg")


def test_nobody_packs_somebody_elses_song(client: TestClient, song: str) -> None:
    bob = person(client, "bob")

    assert bob.post(f"/api/songs/{song}/packs", json={"kind": "lrc"}).status_code == 404
    assert bob.get(f"/api/songs/{song}/packs/lrc/file").status_code == 404
