"""Which chunks are kept, which are handed out when."""

import pytest

from harmonix_splitter.domain.sharing import (
    MAX_SEQUENCE,
    Chunk,
    ShareLimits,
    checked_metadata,
    checked_sequence,
    checked_session_id,
    overflow,
    readable,
)
from harmonix_splitter.errors import ChunkRefusedError, InvalidRequestError

LIMITS = ShareLimits()
HALF_A_SECOND = b"\0" * 176_400


def _chunks(*sequences: int, received: int = 0) -> list[Chunk]:
    return [Chunk(number, HALF_A_SECOND, received=received) for number in sequences]


def _numbers(window: list[Chunk], since: int, now: int = 0) -> list[int]:
    return [chunk.sequence for chunk in readable(window, since, now, LIMITS)]


def test_a_new_listener_gets_the_newest_six() -> None:
    assert _numbers(_chunks(*range(12)), -1) == [6, 7, 8, 9, 10, 11]


def test_a_hole_is_waited_for_and_then_given_up() -> None:
    window = _chunks(5, 6, 8, received=1000)

    assert _numbers(window, 5, now=1299) == [6]
    assert _numbers(window, 5, now=1300) == [6, 8]


def test_an_answer_never_holds_more_than_the_client_can_buffer() -> None:
    assert _numbers(_chunks(*range(20, 40)), 20) == list(range(21, 31))


def test_a_listener_from_a_former_life_of_the_id_starts_anew() -> None:
    assert _numbers(_chunks(0, 1), 500) == [0, 1]


def test_the_window_holds_six_seconds_of_real_chunks() -> None:
    assert overflow(_chunks(*range(15)), LIMITS) == 3


@pytest.mark.parametrize("sequence", [-1, MAX_SEQUENCE + 1, 2**63])
def test_impossible_numbers_are_refused(sequence: int) -> None:
    with pytest.raises(ChunkRefusedError):
        checked_sequence(sequence, -1, LIMITS)


def test_a_rogue_number_cannot_pin_the_window() -> None:
    with pytest.raises(ChunkRefusedError):
        checked_sequence(2**50, 40, LIMITS)


@pytest.mark.parametrize("text", ["12345", "1234567", "12345a", "１２３４５６", ""])
def test_a_session_id_has_six_digits(text: str) -> None:
    with pytest.raises(InvalidRequestError):
        checked_session_id(text)


def test_metadata_keeps_what_is_known_in_its_type() -> None:
    metadata = checked_metadata({"Title": "Song", "elapsedSeconds": "4.5", "evil": {"a": 1}, "timestamp": 7.0})

    assert metadata["title"] == "Song"
    assert metadata["elapsedSeconds"] == 4.5
    assert metadata["timestamp"] == 7
    assert "evil" not in metadata
    assert metadata["lyrics"] is None


@pytest.mark.parametrize("bad", [{"title": 3}, {"hasSyncedLyrics": "yes"}, {"elapsedSeconds": float("nan")}])
def test_metadata_of_the_wrong_type_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(InvalidRequestError):
        checked_metadata(bad)


@pytest.mark.parametrize(
    "wrong",
    [
        {"position": -1},
        {"position": None},
        {"tempo": 3},
        {"pitch": "high"},
        {"playing": "yes"},
        {"levels": {"bass": 9}},
        {"mutes": "drums"},
        {"mutes": ["x"] * 33},
    ],
)
def test_a_transport_without_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidRequestError):
        checked_metadata({"transport": {"position": 12.5, "playing": True, **wrong}})


def test_a_transport_is_told_whole_and_nothing_is_added_where_none_was_said() -> None:
    said = checked_metadata({"transport": {"position": 12.5, "playing": True, "mutes": ["drums"], "colour": "red"}})

    assert said["transport"] == {
        "position": 12.5,
        "playing": True,
        "tempo": 1.0,
        "pitch": 0.0,
        "levels": {},
        "mutes": ["drums"],
    }
    assert "transport" not in checked_metadata({"title": "Perfect"})
