"""Libraries of older programs come in whole: links, names, words, facts and dates, and nobody's link is lost."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from harmonix_splitter.adapters.storage.old_libraries import OldLibraries
from harmonix_splitter.bootstrap import Studio, studio
from harmonix_splitter.cli.main import _code
from harmonix_splitter.domain.analysis import Analysis, Scale
from harmonix_splitter.domain.library import Recording
from harmonix_splitter.domain.library_notes import links_note
from harmonix_splitter.domain.lyrics import Lyrics, LyricsVersion, Provenance, Timing, VersionState
from harmonix_splitter.services.moved_facts import moment_of, music_of, words_of
from harmonix_splitter.services.ports.library import ItemQuery
from harmonix_splitter.services.ports.old_libraries import OldWords
from tests.fakes.library_rig import Rig, moving_in

PERFECT, OTHER, ABSENT = "cNGjD0VG4R8", "dQw4w9WgXcQ", "aaaaaaaaaaa"
LINE = {"text": "Hello there", "start": 1.0, "end": 2.0, "words": [{"word": " Hello", "start": 1.0, "end": 1.4}]}
LYRICS = {"text": "Hello there", "lines": [LINE], "language": "en", "model": "medium"}
PERFECT_FACTS = {
    "title": "Perfect",
    "created_at": "2026-01-15T18:15:49.693415",
    "processed_at": "2026-01-15T18:15:56.268328",
}


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path / "data").create_tables()
    yield made
    made.close()


def noise(path: Path, seed: int) -> None:
    soundfile.write(path, np.random.default_rng(seed).uniform(-0.2, 0.2, (44_100, 2)), 44_100)


def stems_in(folder: Path, name: str = "Ed_Sheeran_-_Perfect", seed: int = 0) -> Path:
    """Stems that can be decoded."""
    folder.mkdir(parents=True)
    for number, stem in enumerate(("original", "vocals", "instrumental")):
        noise(folder / f"{name}_{stem}.wav", seed + number)
    return folder


def old_song(home: Path, video_id: str, facts: object = PERFECT_FACTS, seed: int = 0) -> Path:
    folder = stems_in(home / "library" / video_id, seed=seed)
    (folder / "metadata.json").write_text(json.dumps(facts))
    return folder


def old_job(home: Path, user: str, video_id: str, seed: int) -> Path:
    folder = stems_in(home / "outputs" / "users" / user / f"job-{seed}", "Own_Song", seed)
    facts = {"youtube_video_id": video_id, "is_youtube": True, "created_at": "2025-12-24T20:00:00"}
    (folder / "job_metadata.json").write_text(json.dumps(facts))
    return folder


def old_links(home: Path, user: str, **links: dict[str, Any]) -> Path:
    path = home / "outputs" / "users" / user / "library_links.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"links": links, "created_at": "2026-01-15T18:20:19.635989"}))
    return path


def link(video_id: str, name: str = "Ed_Sheeran_-_Perfect") -> dict[str, Any]:
    return {"youtube_id": video_id, "display_name": name, "linked_at": "2026-01-15T18:20:19.636006"}


def migrate_in_its_own_process(data: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harmonix_splitter.migrate_to_library", "--data-dir", str(data), *more]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_moving_in_in_place_loses_nobodys_links(tmp_path: Path) -> None:
    data = tmp_path / "data"
    old_song(data, PERFECT)
    old_job(data, "user1", OTHER, seed=10)
    links = old_links(data, "user1", **{"job-9": link(PERFECT, "Shared_Song"), ABSENT: link(ABSENT, "Not_There")})

    done = migrate_in_its_own_process(data, "--execute")

    assert done.returncode == 0, done.stderr
    assert f"user1: {ABSENT} (Not_There)" in done.stdout
    written = json.loads(links.read_text())
    assert set(written["links"]) == {PERFECT, OTHER, ABSENT}
    assert written["links"][ABSENT] == link(ABSENT, "Not_There")
    perfect = written["links"][PERFECT]
    assert (perfect["display_name"], perfect["linked_at"]) == ("Shared_Song", "2026-01-15T18:20:19.636006")
    assert written["created_at"] == "2026-01-15T18:20:19.635989"
    here = studio({"data.dir": data})
    assert {song.video_id for song in here.songs.record.links_of("user1")} == {PERFECT, OTHER}
    here.close()


def test_moving_in_in_place_gives_an_accounts_links_to_it_from_under_its_name_and_its_id(tmp_path: Path) -> None:
    data = tmp_path / "data"
    old_song(data, PERFECT)
    old_song(data, OTHER, seed=10)
    here = studio({"data.dir": data})
    here.prepare()
    ann = here.accounts.people.create(here.accounts.people.new_user("Ann"), "")
    here.close()
    links = old_links(data, "Ann", **{"job-9": link(PERFECT, "Shared_Song"), "job-8": link(ABSENT)})
    earlier = old_links(data, ann.id, **{"job-7": link(OTHER)})

    done = migrate_in_its_own_process(data, "--execute")

    assert done.returncode == 0, done.stderr
    assert set(json.loads(links.read_text())["links"]) == {PERFECT, OTHER, "job-8"}
    assert not earlier.parent.exists()
    here = studio({"data.dir": data})
    assert {song.video_id for song in here.songs.record.links_of(ann.id)} == {PERFECT, OTHER}
    here.close()


def test_a_second_move_adds_nothing_and_keeps_what_could_not_be_served(rig: Rig) -> None:
    home = rig.folder
    old_song(home, PERFECT)
    links = old_links(home, "ann", **{PERFECT: link(PERFECT), ABSENT: link(ABSENT)})
    moving_in(rig).move_in(OldLibraries(home), dry_run=False)
    first = json.loads(links.read_text())["links"]

    again = moving_in(rig).move_in(OldLibraries(home), dry_run=False)

    assert again.songs == ()
    assert again.unlinked == (f"ann: {ABSENT} (Ed_Sheeran_-_Perfect)",)
    assert json.loads(links.read_text())["links"] == first


def test_a_link_of_another_program_goes_when_the_song_is_linked_here(rig: Rig) -> None:
    links = old_links(rig.folder, "ann", **{"job-1": link(PERFECT), OTHER: link(OTHER)})

    rig.make(PERFECT)

    assert set(json.loads(links.read_text())["links"]) == {PERFECT, OTHER}


@pytest.mark.parametrize("earlier", [{"links": []}, {"links": {"x": 1, "y": {"recipes": []}}}, {"links": None}, {}])
def test_link_files_in_no_known_form_are_no_trouble(earlier: dict[str, Any]) -> None:
    assert links_note([], earlier, datetime(2026, 1, 1, tzinfo=UTC))["links"] == {}


def test_a_dry_run_tells_of_links_that_cannot_be_served_and_writes_nothing(rig: Rig) -> None:
    old_song(rig.folder, PERFECT)
    links = old_links(rig.folder, "ann", **{PERFECT: link(PERFECT), ABSENT: link(ABSENT)})
    before = links.read_text()

    planned = moving_in(rig).move_in(OldLibraries(rig.folder), dry_run=True)

    assert planned.unlinked == (f"ann: {ABSENT} (Ed_Sheeran_-_Perfect)",)
    assert links.read_text() == before


def test_all_link_files_are_whole_when_the_command_has_ended(tmp_path: Path) -> None:
    data, home = tmp_path / "new", tmp_path / "old"
    ids = [f"{number:011d}" for number in range(3)]
    for number, video_id in enumerate(ids):
        old_song(home, video_id, seed=number * 10)
    users = [f"user{number}" for number in range(4)]
    for user in users:
        old_links(home, user, **{video_id: link(video_id) for video_id in ids})

    done = migrate_in_its_own_process(data, "--root", str(home), "--execute")

    assert done.returncode == 0, done.stderr
    for user in users:
        folder = data / "outputs" / "users" / user
        assert [path.name for path in folder.iterdir()] == ["library_links.json"]
        assert set(json.loads((folder / "library_links.json").read_text())["links"]) == set(ids)


def test_a_command_ends_after_what_it_left_for_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    closed: list[Studio] = []
    monkeypatch.setattr(Studio, "close", lambda here: closed.append(here))

    assert _code(["library", "stats", "--data-dir", str(tmp_path)]) == 0

    assert len(closed) == 1
    assert "0 items" in capsys.readouterr().out


def only_recording(rig: Rig) -> Recording:
    (item,) = rig.library.find(ItemQuery())[0]
    return rig.library.record.recording(item.recording_id)


def words_here(rig: Rig, recording: Recording) -> list[LyricsVersion]:
    return moving_in(rig).lyrics.versions(recording.id)


def test_words_of_harmonix_come_as_a_version_that_says_where_it_is_from(rig: Rig, tmp_path: Path) -> None:
    folder = old_song(tmp_path / "old", PERFECT)
    (folder / "Ed_Sheeran_-_Perfect_lyrics_medium.json").write_text(json.dumps(LYRICS))
    (folder / "Ed_Sheeran_-_Perfect_lyrics.lrc").write_text("[00:01.00]From the LRC")
    moving = moving_in(rig)

    moving.move_in(OldLibraries(tmp_path / "old"), dry_run=False)
    moving.move_in(OldLibraries(tmp_path / "old"), dry_run=False)

    (version,) = words_here(rig, only_recording(rig))
    assert version.state is VersionState.APPLIED
    assert version.note == f"Moved in from {PERFECT}/Ed_Sheeran_-_Perfect_lyrics_medium.json"
    assert version.lyrics.text == "Hello there"
    assert version.lyrics.timing is Timing.WORD
    assert version.lyrics.provenance is Provenance.TRANSCRIBED


def test_words_come_too_for_a_song_the_library_has_already(rig: Rig, tmp_path: Path) -> None:
    folder = old_song(tmp_path / "old", PERFECT)
    moving_in(rig).move_in(OldLibraries(tmp_path / "old"), dry_run=False)
    (folder / "Ed_Sheeran_-_Perfect_lyrics.lrc").write_text("[00:01.00]From the LRC")

    moving_in(rig).move_in(OldLibraries(tmp_path / "old"), dry_run=False)

    assert [version.lyrics.text for version in words_here(rig, only_recording(rig))] == ["From the LRC"]


def read(*kept: tuple[str, object]) -> Lyrics | None:
    texts = ((name, said if isinstance(said, str) else json.dumps(said)) for name, said in kept)
    found = words_of(tuple(OldWords(name, text) for name, text in texts))
    return found[0] if found else None


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (LYRICS, "Hello there"),
        ([LINE], "Hello there"),
        ({"text": "Only\ntext"}, "Only\ntext"),
        ({"lines": [LINE, 7, {"start": 1}, {"text": "Backwards", "start": 3, "end": 2}]}, "Hello there\nBackwards"),
        ({"lines": [{**LINE, "words": [{"word": "no time"}]}], "duration": "long", "language": 7}, "Hello there"),
    ],
)
def test_what_can_be_read_of_old_words_is_kept(said: object, text: str) -> None:
    lyrics = read(("x_lyrics_medium.json", said))

    assert lyrics is not None
    assert lyrics.text == text


@pytest.mark.parametrize("said", ['{"lines": [', "", "null", "7", '{"lines": "x"}', "[" * 100_000, '{"lines": [3]}'])
def test_words_nobody_can_read_are_none(said: str) -> None:
    assert read(("x_lyrics_medium.json", said), ("x_lyrics.lrc", "\x00\x01 no times")) is None


def test_the_lrc_stands_in_for_words_that_were_cut_off_and_corrected_words_come_first() -> None:
    fallen_back = read(("x_lyrics_large.json", '{"lines": ['), ("x_lyrics.lrc", "[00:01.00]From the LRC"))
    corrected = read(("a_lyrics_large.json", LYRICS), ("a_lyrics_tiny.json", {**LYRICS, "edited": True}))

    assert fallen_back is not None
    assert fallen_back.text == "From the LRC"
    assert corrected is not None
    assert corrected.provenance is Provenance.HUMAN


def test_words_of_the_largest_model_come_first(tmp_path: Path) -> None:
    folder = old_song(tmp_path, PERFECT)
    for name in ("lyrics.lrc", "lyrics_tiny.json", "lyrics_large-v3.json", "lyrics_medium.json"):
        (folder / f"Song_{name}").write_text("[00:01.00]x")

    (item,) = OldLibraries(tmp_path).items()

    names = [words.name.removeprefix("Song_lyrics") for words in item.words]
    assert names == ["_large-v3.json", "_medium.json", "_tiny.json", ".lrc"]


def old_stemtube(root: Path, **columns: object) -> None:
    stems = root / "core" / "downloads" / "Tune" / "audio" / "stems"
    stems.mkdir(parents=True)
    noise(stems.parent / "Tune.wav", 1)
    for seed, stem in enumerate(("vocals", "drums", "bass", "other")):
        noise(stems / f"{stem}.wav", seed + 2)
    row = {"video_id": PERFECT, "title": "Tune", "file_path": str(stems.parent / "Tune.wav")} | columns
    with sqlite3.connect(root / "stemtubes.db") as database:
        database.execute(f"CREATE TABLE global_downloads ({', '.join(row)})")
        database.execute(f"INSERT INTO global_downloads VALUES ({', '.join('?' * len(row))})", tuple(row.values()))
    database.close()


def test_words_and_music_of_stemtube_come_in(rig: Rig, tmp_path: Path) -> None:
    chords = [{"timestamp": 0.0, "chord": "Am"}, {"timestamp": 4.5, "chord": "F:maj"}, {"timestamp": 6, "chord": "?"}]
    old_stemtube(
        tmp_path / "old",
        detected_bpm=121.5,
        detected_key="A minor",
        analysis_confidence=0.8,
        chords_data=json.dumps(chords),
        beat_times="[0.5, 1.0]",
        beat_positions="[1, 2]",
        lyrics_data=json.dumps([LINE]),
        created_at="2025-11-02 09:30:00",
        extracted_at="2025-11-02 09:41:00",
    )

    moving_in(rig).move_in(OldLibraries(tmp_path / "old"), dry_run=False)

    recording = only_recording(rig)
    told = Analysis.from_document(recording.analysis or {})
    assert not recording.is_analysed
    assert told.rhythm.tempo is not None
    assert (told.rhythm.tempo.bpm, told.rhythm.beats, told.rhythm.positions) == (121.5, (0.5, 1.0), (1, 2))
    assert told.key is not None
    assert (told.key.name, told.key.scale) == ("A", Scale.MINOR)
    assert [(chord.start, chord.end, chord.name.short()) for chord in told.chords] == [(0, 4.5, "Am"), (4.5, 10, "F")]
    assert [version.lyrics.text for version in words_here(rig, recording)] == ["Hello there"]
    (item,) = rig.library.find(ItemQuery())[0]
    assert item.created_at == datetime(2025, 11, 2, 9, 41, tzinfo=UTC)


def test_what_stemtube_says_in_no_known_form_is_left_out(rig: Rig, tmp_path: Path) -> None:
    old_stemtube(
        tmp_path / "old",
        video_id="upload_0123456789ab",
        detected_bpm=-3,
        detected_key="H sad",
        analysis_confidence="much",
        chords_data="[{]",
        beat_times="[2.0, 1.0]",
        beat_positions="[1, 2]",
        lyrics_data="{",
        created_at="yesterday",
    )

    (song,) = moving_in(rig).move_in(OldLibraries(tmp_path / "old"), dry_run=False).songs

    assert song.outcome == "copied"
    assert only_recording(rig).analysis is None
    assert words_here(rig, only_recording(rig)) == []


@pytest.mark.parametrize("bpm", [float("nan"), float("inf"), 0, -1, 5000, "fast"])
def test_a_tempo_that_makes_no_sense_is_none(bpm: object) -> None:
    assert music_of({"tempo": {"bpm": bpm}}, 10.0) is None


def test_what_was_heard_here_is_not_replaced_by_what_an_old_program_says(rig: Rig, tmp_path: Path) -> None:
    item = rig.make(PERFECT)
    facts = {**PERFECT_FACTS, "quality": "fast", "music_info": {"tempo": {"bpm": 61.0}}}
    old_song(tmp_path / "old", PERFECT, facts)

    moving_in(rig).move_in(OldLibraries(tmp_path / "old"), dry_run=False)

    recording = rig.library.record.recording(item.recording_id)
    assert recording.is_analysed
    assert (recording.analysis or {})["tempo"]["bpm"] == 120.0


def test_old_dates_stay(rig: Rig, tmp_path: Path) -> None:
    old_song(tmp_path / "old", PERFECT)
    old_links(tmp_path / "old", "ann", **{PERFECT: link(PERFECT)})

    moving_in(rig).move_in(OldLibraries(tmp_path / "old"), dry_run=False)

    (item,) = rig.library.find(ItemQuery())[0]
    (song,) = rig.songs.record.links_of("ann")
    note = json.loads((rig.folder / "library" / PERFECT / "metadata.json").read_text())
    assert item.created_at == datetime(2026, 1, 15, 18, 15, 56, 268328, tzinfo=UTC)
    assert song.added_at == datetime(2026, 1, 15, 18, 20, 19, 636006, tzinfo=UTC)
    assert {name: note[name] for name in ("created_at", "processed_at")} == {
        name: PERFECT_FACTS[name] for name in ("created_at", "processed_at")
    }
    assert rig.library.record.unused_since(datetime(2026, 3, 1, tzinfo=UTC)) == []


def test_a_song_made_long_ago_is_unused_only_from_now_on(rig: Rig, tmp_path: Path) -> None:
    old_song(tmp_path / "old", PERFECT)

    moving_in(rig).move_in(OldLibraries(tmp_path / "old"), dry_run=False)

    assert rig.library.record.unused_since(datetime(2026, 3, 1, tzinfo=UTC)) == []


@pytest.mark.parametrize("said", ["2999-01-01T00:00:00", "1970-01-01", "soon", "", None, 7, {"x": 1}])
def test_a_date_that_makes_no_sense_is_now(said: object) -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)

    assert moment_of(now, said) == now


@pytest.mark.parametrize("broken", [b"", b"this is no sound" * 40])
def test_a_stem_that_cannot_be_decoded_is_left_out_with_a_word(tmp_path: Path, broken: bytes) -> None:
    data, home = tmp_path / "new", tmp_path / "old"
    folder = old_song(home, PERFECT)
    (folder / "Ed_Sheeran_-_Perfect_vocals.wav").write_bytes(broken)

    done = migrate_in_its_own_process(data, "--root", str(home), "--execute")

    assert "copied, without what cannot be read: vocals" in done.stdout
    here = studio({"data.dir": data})
    (item,) = here.library.find(ItemQuery())[0]
    assert item.stems == ("instrumental",)
    assert item.notes == ("The older program's vocals cannot be read.",)
    here.close()


def test_a_song_without_one_stem_that_can_be_decoded_is_left_out(tmp_path: Path) -> None:
    data, home = tmp_path / "new", tmp_path / "old"
    folder = old_song(home, PERFECT)
    for path in folder.glob("*.wav"):
        path.write_bytes(b"")
    old_links(home, "ann", **{PERFECT: link(PERFECT)})

    done = migrate_in_its_own_process(data, "--root", str(home), "--execute", "--json")

    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer["songs"][0]["outcome"] == "left out: None of its stems can be read."
    assert answer["unlinked"] == [f"ann: {PERFECT} (Ed_Sheeran_-_Perfect)"]


def test_the_data_of_an_installation_is_found_in_its_folder(rig: Rig, tmp_path: Path) -> None:
    home = tmp_path / "install" / "data"
    old_song(home, PERFECT)
    old_job(home, "ann", OTHER, seed=10)
    old_links(home, "ann", **{PERFECT: link(PERFECT)})
    stems_in(home / "outputs" / "anonymous" / "job-77", "Nobodys", seed=70)

    moved = moving_in(rig).move_in(OldLibraries(tmp_path / "install"), dry_run=False)

    assert [song.outcome for song in moved.songs] == ["copied", "copied", "recovered from its audio"]
    assert {song.video_id for song in rig.songs.record.links_of("ann")} == {PERFECT, OTHER}


def test_where_nothing_is_found_it_says_what_was_looked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    asked = ["library", "migrate", "--root", str(tmp_path / "empty"), "--data-dir", str(tmp_path / "new")]

    assert _code(asked) == 4

    said = capsys.readouterr().err
    assert f"{tmp_path / 'empty'}/library/<video id>/" in said
    assert f"{tmp_path / 'empty'}/data/library/<video id>/" in said
    assert "downloads/<title>/audio/stems" in said


@pytest.mark.parametrize("name", ["Shared_Song", "01_Ed_Sheeran_-_Perfect", "Just a name"])
def test_a_link_keeps_its_old_name_until_somebody_writes_another(rig: Rig, tmp_path: Path, name: str) -> None:
    old_song(tmp_path / "old", PERFECT)
    old_links(tmp_path / "old", "ann", **{PERFECT: link(PERFECT, name)})
    moving_in(rig).move_in(OldLibraries(tmp_path / "old"), dry_run=False)
    notes = rig.folder / "outputs" / "users" / "ann" / "library_links.json"

    assert json.loads(notes.read_text())["links"][PERFECT]["display_name"] == name

    (song,) = rig.songs.record.links_of("ann")
    rig.songs.correct(song.id, "ann", title="Quite", artist="Another")
    rig.library.write_links("ann")
    assert json.loads(notes.read_text())["links"][PERFECT]["display_name"] == "Another_-_Quite"


def test_a_link_file_that_was_cut_off_still_tells_its_links(rig: Rig) -> None:
    old_song(rig.folder, PERFECT)
    path = old_links(rig.folder, "ann", **{"job-1": link(PERFECT, "Mine"), "job-2": link(ABSENT)})
    text = path.read_text()
    path.write_text(text[: text.index(ABSENT) + len(ABSENT) + 5])

    moved = moving_in(rig).move_in(OldLibraries(rig.folder), dry_run=False)

    assert [song.facts.title for song in rig.songs.record.links_of("ann")] == ["Mine"]
    assert moved.unlinked == (f"ann: {ABSENT} (without a name)",)


def test_blank_names_are_no_names(rig: Rig, tmp_path: Path) -> None:
    old_song(tmp_path / "old", PERFECT, {"title": "  ", "artist": " ", "display_name": "_"})

    (song,) = moving_in(rig).move_in(OldLibraries(tmp_path / "old"), dry_run=False).songs

    assert (song.outcome, only_recording(rig).title) == ("copied", "Perfect")
