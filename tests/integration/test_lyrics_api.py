"""Lyrics over HTTP: tags against overwriting, offers, files, and the documented paths."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile
from fastapi.testclient import TestClient

from harmonix_splitter.bootstrap.processing import processing
from harmonix_splitter.domain.library import LibraryItem, Recording, item_id_of, place_of
from harmonix_splitter.domain.separation import Mode, Recipe
from harmonix_splitter.domain.sources import youtube
from tests.singer import RATE, sung
from tests.studios import person, served

VIDEO = "cNGjD0VG4R8"
LINES = ("lima sotu napi", "teka sulo mena disa", "nolu pati zema")
SUNG = sung(LINES)


@pytest.fixture
def anna(tmp_path: Path) -> Iterator[TestClient]:
    with served(tmp_path, sources__itunes=False, sources__lrclib=False) as client:
        yield person(client, "anna")


@pytest.fixture
def song(anna: TestClient, tmp_path: Path) -> str:
    """A finished song of Anna's, with a vocal stem that sings LINES."""
    studio = anna.app.state.studio  # type: ignore[attr-defined]
    vocals = tmp_path / "vocals.flac"
    soundfile.write(vocals, SUNG.samples, RATE)
    recipe, source = Recipe(Mode.KARAOKE), youtube(VIDEO)
    place = place_of(VIDEO, recipe)
    studio.library.record.put_recording(Recording(VIDEO, source, "River", "The Band", 12.0))
    now = studio.parts.clock.now()
    item = LibraryItem(item_id_of(place), VIDEO, source, recipe, place, ("vocals",), 1, now, "River", "The Band", 12.0)
    studio.library.publish(item, {"vocals": vocals}, {})
    studio.library.record.put(item)
    linked = anna.post(f"/api/library/{item.id}/link")
    linked.raise_for_status()
    return str(linked.json()["id"])


def lyrics_of(song: str) -> str:
    return f"/api/songs/{song}/lyrics"


def align(anna: TestClient, song: str, **wish: str) -> dict[str, Any]:
    """Ask for it, let a worker do it, and answer the newest version."""
    asked = anna.post(f"{lyrics_of(song)}/align", json=wish)
    assert asked.status_code == 202, asked.text
    studio = anna.app.state.studio  # type: ignore[attr-defined]
    _, claim = studio.jobs.claim("a worker")
    processing(studio.parts).run(claim)
    job = anna.get(f"/api/jobs/{asked.json()['jobId']}").json()
    assert (job["status"], job["kind"], job["progress"]) == ("completed", "words", 100), job["error"]
    number = anna.get(f"{lyrics_of(song)}/versions").json()["versions"][0]["version"]
    found: dict[str, Any] = anna.get(f"{lyrics_of(song)}/versions/{number}").json()
    return found | {"notes": job["notes"]}


def test_a_song_without_words_says_so(anna: TestClient, song: str):
    assert anna.get(lyrics_of(song)).status_code == 404
    assert anna.get(f"/lyrics/{song}").json() == {"available": False}


def test_a_pasted_text_is_timed_and_applied(anna: TestClient, song: str):
    answer = align(anna, song, text="\n".join(LINES), language="es")

    assert (answer["state"], answer["notes"]) == ("applied", ["Kept as version 1 of the words."])
    words = [word for line in answer["lyrics"]["lines"] for word in line["words"]]
    missed = sorted(abs(word["start"] - start) for word, start in zip(words, SUNG.starts, strict=True))
    assert missed[len(missed) // 2] <= 0.08


def test_saving_carries_a_tag_and_a_stale_one_is_refused(anna: TestClient, song: str):
    document = {"lines": [{"text": "lima", "start": 1.0, "end": 2.0}]}
    first = anna.put(lyrics_of(song), json=document, headers={"if-none-match": "*"})
    second = anna.put(lyrics_of(song), json=document, headers={"if-match": first.headers["etag"]})
    stale = anna.put(lyrics_of(song), json=document, headers={"if-match": first.headers["etag"]})

    assert (first.status_code, first.headers["etag"]) == (200, '"1"')
    assert second.headers["etag"] == '"2"'
    assert (stale.status_code, stale.json()["code"], stale.headers["etag"]) == (412, "stale_lyrics", '"2"')
    assert anna.get(lyrics_of(song), headers={"if-none-match": '"2"'}).status_code == 304


def test_what_a_human_wrote_is_only_offered_another_version_for(anna: TestClient, song: str):
    anna.put(lyrics_of(song), json={"lines": [{"text": LINES[0], "start": 9.0, "end": 10.0}]})

    offer = align(anna, song, text="\n".join(LINES))
    accepted = anna.post(f"{lyrics_of(song)}/versions/{offer['version']}/accept").json()

    assert offer["state"] == "proposed"
    assert [line["text"] for line in accepted["lyrics"]["lines"]] == list(LINES)
    assert accepted["lyrics"]["lines"][0]["start"] == 9.0


def test_versions_are_compared_and_reverted(anna: TestClient, song: str):
    anna.put(lyrics_of(song), json={"lines": [{"text": "one"}]})
    anna.put(lyrics_of(song), json={"lines": [{"text": "two"}]})

    changes = anna.get(f"{lyrics_of(song)}/versions/2/changes").json()["changes"]
    back = anna.post(f"{lyrics_of(song)}/versions/1/revert").json()

    assert changes[0]["kind"] == "changed"
    assert back["lyrics"]["text"] == "one"
    assert [each["version"] for each in anna.get(f"{lyrics_of(song)}/versions").json()["versions"]] == [3, 2, 1]


def test_files_go_in_and_out(anna: TestClient, song: str):
    text = "[00:01.00]lima sotu\n[00:02.00]napi"

    kept = anna.post(f"{lyrics_of(song)}/import", json={"name": "river.lrc", "text": text}).json()
    out = anna.get(f"{lyrics_of(song)}/export/srt")

    assert kept["applied"] is True
    assert "00:00:01,000 --> 00:00:02,000\nlima sotu" in out.text
    assert out.headers["content-disposition"] == 'attachment; filename="River.srt"'
    assert anna.get(f"{lyrics_of(song)}/export/docx").status_code == 400


def test_the_documented_paths_answer_as_documented(anna: TestClient, song: str):
    saved = anna.post(f"/lyrics/{song}/save", json={"lines": [{"text": "lima", "start": 1.0, "end": 2.0, "words": []}]})
    read = anna.get(f"/lyrics/{song}").json()

    assert saved.json()["edited"] is True
    assert (read["available"], read["text"], read["lines"][0]["start"]) == (True, "lima", 1.0)
    assert anna.get(f"/lyrics/{song}/lrc").text == "[00:01.00]lima\n[00:02.00]\n"
    assert anna.get(f"{lyrics_of(song)}?shape=segments").json()[0]["text"] == "lima"


def test_transcription_that_is_not_there_answers_at_once_with_what_to_do(anna: TestClient, song: str):
    answer = anna.post(f"/extract-lyrics/{song}", json={"language": "auto", "model": "small"})

    assert answer.json()["code"] == "engine_missing"
    assert "advice" in answer.json()


def test_a_strangers_song_is_not_there(anna: TestClient, song: str):
    ben = person(anna, "ben")

    assert ben.get(lyrics_of(song)).status_code == 404
    assert ben.get(f"/lyrics/{song}").status_code == 404


def test_what_would_fail_is_said_before_a_job_is_made(anna: TestClient, song: str):
    unknown = anna.post(f"{lyrics_of(song)}/align", json={"text": "lima", "engine": "none such"})
    wordless = anna.post(f"{lyrics_of(song)}/align", json={"text": " [Chorus] "})
    nothing = anna.post(f"{lyrics_of(song)}/align", json={})

    assert (unknown.status_code, wordless.status_code, nothing.status_code) == (400, 400, 404)
    assert anna.get("/api/jobs").json()["jobs"] == []


@pytest.mark.parametrize(
    "path", ["/api/songs/{}/lyrics/align", "/api/songs/{}/lyrics/transcribe", "/extract-lyrics/{}"]
)
def test_a_language_without_a_code_is_refused_before_a_job_is_made(anna: TestClient, song: str, path: str):
    refused = anna.post(path.format(song), json={"text": "lima sotu", "language": "klingon"})

    assert refused.status_code == 400
    assert "klingon" in refused.text
    assert "two or three letters" in refused.text


def test_asking_twice_for_the_same_is_one_job_and_it_can_be_cancelled(anna: TestClient, song: str):
    wish = {"text": "\n".join(LINES)}
    first = anna.post(f"{lyrics_of(song)}/align", json=wish).json()["jobId"]

    assert anna.post(f"{lyrics_of(song)}/align", json=wish).json()["jobId"] == first
    assert anna.post(f"/api/jobs/{first}/cancel").json()["job"]["status"] == "cancelled"
    assert anna.get(f"/api/songs/{song}").json()["status"] == "completed"


def test_an_offset_is_shown_in_exports_and_reset(anna: TestClient, song: str):
    anna.put(lyrics_of(song), json={"lines": [{"text": "lima", "start": 1.0, "end": 2.0}]})

    anna.put(f"{lyrics_of(song)}/offset", json={"seconds": 0.5})

    assert "[00:01.50]lima" in anna.get(f"/lyrics/{song}/lrc").text
    anna.put(f"{lyrics_of(song)}/offset", json={"seconds": 0})
    assert "[00:01.00]lima" in anna.get(f"/lyrics/{song}/lrc").text
