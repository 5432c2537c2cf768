"""Tapes of live sessions: order, silence, the tail, and what a crash leaves."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from harmonix_splitter.adapters.database.base import Database, metadata
from harmonix_splitter.adapters.database.share_history import SqlShareHistory
from harmonix_splitter.adapters.media.share_tapes import TapeFolder
from harmonix_splitter.domain.share_history import LONGEST_SILENCE, PATIENCE, PastShare, Tape
from harmonix_splitter.domain.sharing import Chunk, SessionFacts
from harmonix_splitter.services.recording import PIECE_SECONDS, RecordingService

SHARE = PastShare("123456", 7, "anna", 1_000)
FACTS = SessionFacts("123456", 7, False, 1_000, 9_000, chunks=4, bytes=9, peak_listeners=3, unique_listeners=5)


def chunk(number: int, rate: int = 44_100) -> Chunk:
    """A tenth of a second at a level that tells which one it is."""
    return Chunk(number, np.full(rate // 10 * 2, (number + 1) / 200, "<f4").tobytes(), rate)


def levels(sound: bytes) -> list[int]:
    """The number of each tenth of a second, -1 for silence."""
    return [round(float(tenth[0]) * 200) - 1 for tenth in np.frombuffer(sound, "<f4").reshape(-1, 8_820)]


def taped(*numbers: int) -> list[int]:
    tape = Tape()
    return levels(b"".join([*(tape.take(chunk(number)) for number in numbers), tape.rest()]))


def test_chunks_are_taped_in_order_however_they_come() -> None:
    assert taped(1, 0, 2, 4, 3, 3, 5) == [0, 1, 2, 3, 4, 5]


def test_a_missing_chunk_is_silence_and_a_long_hole_is_not_kept_whole() -> None:
    late = list(range(3, 4 + PATIENCE))

    assert taped(0, 1, *late) == [0, 1, -1, *late]
    assert taped(0, 900).count(-1) == LONGEST_SILENCE * 10


def test_sound_of_another_rate_is_silence_of_its_length() -> None:
    tape = Tape()
    sound = b"".join([tape.take(chunk(0)), tape.take(chunk(1, 48_000)), tape.rest()])

    assert levels(sound) == [0, -1]


@pytest.fixture
def service(tmp_path: Path) -> RecordingService:
    database = Database(f"sqlite:///{tmp_path}/history.db")
    metadata.create_all(database.engine)
    songs = tmp_path / "songs"
    songs.mkdir()

    def to_library(share: PastShare, file: Path) -> str:
        file.replace(songs / f"{share.id}.flac")
        return f"song-of-{share.owner_id}"

    return RecordingService(SqlShareHistory(database), TapeFolder(tmp_path / "tapes"), to_library)


def _seconds_of_song(folder: Path) -> float:
    return float(soundfile.info(folder / "songs" / f"{SHARE.id}.flac").duration)


def test_a_recording_becomes_a_song_with_its_tail(service: RecordingService, tmp_path: Path) -> None:
    share = service.begun("123456", 7, "anna", 1_000)
    recording = service.recording(share)
    for number in range(123):
        recording.take(chunk(number))
    recording.close()

    assert service.finish(share) == "song-of-anna"

    assert _seconds_of_song(tmp_path) == pytest.approx(12.3)
    sound = soundfile.read(tmp_path / "songs" / f"{SHARE.id}.flac", dtype="float32")[0]
    assert sound[::4_410, 0] == pytest.approx(np.arange(1, 124) / 200, abs=1e-4)
    assert service.left() == []
    assert service.past("anna")[0].song_id == "song-of-anna"


def test_a_crash_loses_no_more_than_one_piece(service: RecordingService, tmp_path: Path) -> None:
    recording = service.recording(service.begun("123456", 7, "anna", 1_000))
    for number in range(123):
        recording.take(chunk(number))
    (tmp_path / "tapes" / SHARE.id / "000002.part").write_bytes(b"fLaC torn")

    for share in service.left():
        service.finish(share)

    assert 12.3 - PIECE_SECONDS <= _seconds_of_song(tmp_path) <= 12.3


def test_a_session_without_sound_becomes_no_song(service: RecordingService) -> None:
    share = service.begun("123456", 7, "anna", 1_000)
    service.recording(share).close()

    assert service.finish(share) == ""
    assert service.left() == []


def test_the_history_keeps_the_last_numbers_and_the_song_in_any_order(service: RecordingService) -> None:
    share = service.begun("123456", 7, "anna", 1_000)
    recording = service.recording(share)
    recording.take(chunk(0))
    recording.close()
    service.finish(share)
    service.ended(FACTS, 9_000)

    (past,) = service.past("anna")
    assert (past.seconds, past.bytes, past.chunks) == (8.0, 9, 4)
    assert (past.peak_listeners, past.unique_listeners, past.song_id) == (3, 5, "song-of-anna")
    assert service.past("bob") == []
    assert service.past(None) == [past]
