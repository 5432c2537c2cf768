"""Whoever brings a trimmed copy of a song gets words, chords and beats in the times of their own file, if they ask."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from fastapi.testclient import TestClient

from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.bootstrap.processing import processing
from harmonix_splitter.domain.notes import read as midi_read
from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.services.analysis.service import analysis_of_samples
from harmonix_splitter.services.ports.progress import Progress
from tests import makers_media
from tests.fakes.processing import FakeSeparated
from tests.faults.workers import wait_until
from tests.integration.test_known_by_ear import RATE, SECONDS, SONG, Audio
from tests.studios import person, served

MISSING, CUT_OFF = 1.3, 0.6
STEP = 0.024  # one word of the fingerprint: so finely an offset is measured
SHORTER = SONG[int(MISSING * RATE) : -int(CUT_OFF * RATE)]
EARLIER = np.concatenate([np.zeros(RATE, np.float32), SONG])
WORDS = {
    "lines": [
        {"text": "long before", "words": [{"word": "long", "start": 0.2, "end": 0.5}]},
        {
            "text": "you and I",
            "words": [
                {"word": "you", "start": 0.8, "end": 1.1},
                {"word": "and", "start": 1.2, "end": 1.6},
                {"word": "I", "start": 1.8, "end": 2.4},
            ],
        },
        {"text": "meet again", "start": 10.0, "end": 12.0},
        {"text": "and part", "start": 31.5, "end": 31.9},
    ]
}


@dataclass
class SameSound:
    """Separates nothing: every stem is the beginning of the recording."""

    def separate(self, recording: Path, recipe: Recipe, target: Path, progress: Progress) -> FakeSeparated:
        target.mkdir(parents=True)
        sound, rate = soundfile.read(recording, frames=6 * RATE)
        files = {name: target / f"{name}.flac" for name in ("vocals", "instrumental")}
        for path in files.values():
            soundfile.write(path, sound, rate)
        return FakeSeparated(files)


@dataclass(frozen=True)
class Room:
    """Anna's browser, and her songs: the whole one, and what she has copies of."""

    anna: TestClient
    songs: Mapping[str, str]

    def get(self, song: str, path: str = "", **query: str) -> Any:
        answer = self.anna.get(f"/api/songs/{self.songs[song]}{path}", params=query)
        answer.raise_for_status()
        return answer


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    folder = tmp_path_factory.mktemp("copies")
    with served(tmp_path_factory.mktemp("studio")) as client:
        anna = person(client, "anna")
        sounds = {"song.flac": SONG, "shorter.mp3": SHORTER, "earlier.ogg": EARLIER, "encoded.flac": 0.5 * SONG}
        songs = {name.partition(".")[0]: brought(client, anna, folder / name, each) for name, each in sounds.items()}
        anna.put(f"/api/songs/{songs['song']}/lyrics", json=WORDS).raise_for_status()
        yield Room(anna, songs)


def brought(client: TestClient, anna: TestClient, path: Path, sound: Audio) -> str:
    makers_media.write(path, np.stack([sound, sound], axis=1), RATE)
    form = {"quality": "fast", "mode": "karaoke"}
    told = anna.post("/upload", files={"file": (path.name, path.read_bytes())}, data=form).raise_for_status().json()
    studio: Studio = client.app.state.studio  # type: ignore[attr-defined]
    work = replace(processing(studio.parts), separation=SameSound())
    claimed = work.jobs.claim("tests")
    assert claimed is not None
    work.run(claimed[1])
    song: str = anna.get(f"/status/{told['job_id']}").json()["song_id"]
    return song


def test_a_song_tells_where_ones_own_file_begins_in_it(room: Room) -> None:
    starts = {name: room.get(name).json()["startsAt"] for name in room.songs}
    shown = room.anna.get(f"/api/browse/songs/{room.songs['shorter']}").json()

    assert starts == pytest.approx({"song": 0, "shorter": MISSING, "earlier": -1.0, "encoded": 0}, abs=2 * STEP)
    assert (starts["song"], starts["encoded"]) == (0, 0)
    assert shown["startsAt"] == starts["shorter"]


def test_beats_are_where_they_are_heard_in_ones_own_file(room: Room) -> None:
    mine = np.array(room.get("shorter", "/analysis", times="mine").json()["beats"])
    heard = np.array(analysis_of_samples(SHORTER, RATE).rhythm.beats)
    library = np.array(room.get("shorter", "/analysis").json()["beats"])

    assert len(mine) == pytest.approx(len(heard), abs=1)
    assert max(np.abs(heard - beat).min() for beat in mine[1:-1]) < 2 * STEP
    expected = library[(library >= MISSING) & (library <= SECONDS - CUT_OFF)] - MISSING
    assert mine == pytest.approx(expected, abs=2 * STEP)


def test_chords_and_sections_begin_with_the_file_and_end_with_it(room: Room) -> None:
    document = room.get("shorter", "/analysis", times="mine").json()
    length = len(SHORTER) / RATE

    assert document["duration"] == pytest.approx(length, abs=0.1)
    for kind in ("chords", "sections"):
        assert document[kind][0]["start"] == 0
        assert document[kind][-1]["end"] == pytest.approx(length, abs=0.1)
        assert all(each["start"] < each["end"] for each in document[kind])


def test_a_file_that_begins_earlier_has_everything_later(room: Room) -> None:
    library, mine = (room.get("earlier", "/analysis", times=times).json() for times in ("library", "mine"))

    assert mine["beats"] == pytest.approx([beat + 1 for beat in library["beats"]], abs=2 * STEP)
    assert mine["chords"][0]["start"] == pytest.approx(library["chords"][0]["start"] + 1, abs=2 * STEP)


def test_words_that_are_not_in_ones_file_fall_away(room: Room) -> None:
    lines = room.get("shorter", "/lyrics", times="mine").json()["lines"]

    assert [line["text"] for line in lines] == ["and I", "meet again"]
    assert [(word["word"], word["start"]) for word in lines[0]["words"]] == [
        ("and", 0),
        ("I", pytest.approx(1.8 - MISSING, abs=2 * STEP)),
    ]
    assert lines[1]["start"] == pytest.approx(10 - MISSING, abs=2 * STEP)


@pytest.mark.parametrize("form", ["lrc", "elrc", "srt", "vtt", "ass", "ttml", "lyricsfile", "ultrastar"])
def test_files_of_words_are_in_the_times_of_ones_file(room: Room, form: str) -> None:
    library, mine = (room.get("shorter", f"/lyrics/export/{form}", times=times).text for times in ("library", "mine"))
    read = room.anna.app.state.studio.lyrics.search.read  # type: ignore[attr-defined]

    before = next(line for line in read(library, "", form).settled().lines if "meet" in line.text)
    after = next(line for line in read(mine, "", form).settled().lines if "meet" in line.text)

    assert before.start - after.start == pytest.approx(MISSING, abs=3 * STEP)
    assert "part" not in mine


def test_the_documented_paths_take_it_too(room: Room) -> None:
    song, ask = room.songs["shorter"], {"times": "mine"}
    answers = [
        room.anna.get(f"/lyrics/{song}", params=ask).json()["lines"],
        room.anna.get(f"/api/extractions/{song}/lyrics", params=ask).json()["lyrics"],
    ]

    assert [lines[1]["start"] for lines in answers] == pytest.approx([10 - MISSING] * 2, abs=2 * STEP)
    assert "[00:08.7" in room.anna.get(f"/lyrics/{song}/lrc", params=ask).text
    beats = room.anna.get(f"/analyze/{song}", params=ask).json()["beats"]
    assert beats == room.get("shorter", "/analysis", times="mine").json()["beats"]


def test_jams_too(room: Room) -> None:
    jams = room.get("shorter", "/analysis/jams", times="mine").json()
    beats = next(part for part in jams["annotations"] if part["namespace"] == "beat")

    assert [beat["time"] for beat in beats["data"]] == pytest.approx(
        room.get("shorter", "/analysis", times="mine").json()["beats"], abs=1e-3
    )


def test_the_notes_of_a_stem_too(room: Room) -> None:
    address = f"/api/songs/{room.songs['shorter']}/stems/vocals/midi"
    room.anna.post(address).raise_for_status()
    wait_until(lambda: room.anna.get(address).json()["status"] != "processing")

    library, mine = (room.get("shorter", "/stems/vocals/midi/file", times=times) for times in ("library", "mine"))

    before = [note.start - MISSING for note in midi_read(library.content).notes if note.start > MISSING]
    after = [note.start for note in midi_read(mine.content).notes if note.start > 0]
    assert len(before) > 3
    assert after == pytest.approx(before, abs=2 * STEP)
    assert library.headers["etag"] != mine.headers["etag"]


@pytest.mark.parametrize("path", ["/analysis", "/lyrics"])
def test_other_times_have_another_tag_in_whose_name_nothing_is_saved(room: Room, path: str) -> None:
    library, mine = (room.get("shorter", path, times=times).headers["etag"] for times in ("library", "mine"))
    whole = room.get("song", path, times="mine").headers["etag"]
    saved = room.anna.put(f"/api/songs/{room.songs['song']}/lyrics", json=WORDS, headers={"if-match": mine})

    assert library == whole != mine
    assert (saved.status_code, "times=mine" in saved.json()["advice"]) == (400, True)


def test_what_one_has_is_not_sent_again_in_the_same_times_only(room: Room) -> None:
    address = f"/api/songs/{room.songs['shorter']}/lyrics"
    tag = {"if-none-match": room.get("shorter", "/lyrics").headers["etag"]}

    asked = [room.anna.get(address, params={"times": times}, headers=tag).status_code for times in ("library", "mine")]

    assert asked == [304, 200]


@pytest.mark.parametrize("path", ["/analysis", "/analysis/jams", "/lyrics", "/lyrics/export/lrc"])
@pytest.mark.parametrize("name", ["song", "encoded"])
def test_where_ones_file_is_the_whole_song_nothing_changes(room: Room, name: str, path: str) -> None:
    assert room.get(name, path, times="mine").content == room.get(name, path).content


@pytest.mark.parametrize("path", ["/analysis", "/analysis/jams", "/lyrics", "/lyrics/export/lrc"])
def test_other_times_are_refused_with_those_there_are(room: Room, path: str) -> None:
    answer = room.anna.get(f"/api/songs/{room.songs['shorter']}{path}", params={"times": "theirs"})

    assert answer.status_code == 400
    assert "library, mine" in answer.json()["advice"]
