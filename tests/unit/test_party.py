"""Whose turn it is, and that nobody loses one."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harmonix_splitter.domain.party import Room, StageChange, Turn, checked_name
from harmonix_splitter.domain.party.room import MOST_WISHES_EACH
from harmonix_splitter.domain.party.rotation import fairness
from harmonix_splitter.errors import (
    ConflictError,
    InvalidRequestError,
    NotAllowedError,
    TooManyRequestsError,
)

EMPTY = Room("r", "ABCDE", "Friday", "host", 0.0)


def room_of(*singers: str) -> Room:
    room = EMPTY
    for singer in singers:
        room = room.joined(singer, singer, "", 0.0)
    return room


def wish(singer: str, number: int = 0, at: float = 0.0, *, ready: bool = True) -> Turn:
    return Turn(f"{singer}{number}", singer, f"song-{singer}{number}", "Title", "Artist", 200.0, at, is_ready=ready)


def order(room: Room) -> list[str]:
    return [turn.id for turn in room.order()]


def test_the_first_wish_goes_on_stage_at_once() -> None:
    room = room_of("ann").wished(wish("ann"))

    assert room.on_stage is not None
    assert room.on_stage.id == "ann0"
    assert room.turns == ()


def test_a_second_wish_waits_behind_everybodys_first() -> None:
    room = room_of("ann", "bob", "cid")
    for turn in (wish("ann", 0, 0), wish("ann", 1, 1), wish("ann", 2, 2), wish("bob", 0, 3), wish("cid", 0, 4)):
        room = room.wished(turn)

    assert order(room) == ["bob0", "cid0", "ann1", "ann2"]


def test_a_late_comer_catches_up_one_round_and_not_the_whole_night() -> None:
    room = room_of("ann", "bob")
    room = replace(room, singers=tuple(replace(each, sung=5) for each in room.singers))
    room = room.joined("late", "Late", "", 9.0)
    for number in range(3):
        room = room.wished(wish("ann", number, number)).wished(wish("late", number, number + 0.5))

    assert room.singer("late").taken == 4
    sung = [room.on_stage.singer_id if room.on_stage else ""]
    for moment in range(4):
        room = room.next(10.0 + moment)
        sung.append(room.on_stage.singer_id if room.on_stage else "")
    assert sung == ["ann", "late", "late", "ann", "late"]


def test_removing_another_turn_never_changes_the_stage() -> None:
    room = room_of("ann", "bob", "cid").wished(wish("ann")).wished(wish("bob")).wished(wish("cid"))

    after = room.removed("bob0")

    assert after.on_stage == room.on_stage
    assert order(after) == ["cid0"]


def test_the_hosts_hand_is_on_top_and_stays() -> None:
    room = room_of("ann", "bob", "cid", "dan")
    for index, singer in enumerate(("ann", "bob", "cid", "dan")):
        room = room.wished(wish(singer, 0, index))

    moved = room.moved("dan0", 0)

    assert order(moved) == ["dan0", "bob0", "cid0"]
    assert order(moved.wished(wish("bob", 1, 9))) == ["dan0", "bob0", "cid0", "bob1"]
    assert moved.next(50.0).on_stage == replace(room.turn("dan0"), pinned=None)


def test_a_song_that_is_not_ready_does_not_hold_up_the_night() -> None:
    room = room_of("ann", "bob", "cid").wished(wish("ann"))
    room = room.wished(wish("bob", 0, 1, ready=False)).wished(wish("cid", 0, 2))

    after = room.next(300.0)

    assert after.on_stage is not None
    assert after.on_stage.id == "cid0"
    assert order(after) == ["bob0"]
    assert after.readied("song-bob0", is_ready=True).next(600.0).on_stage.id == "bob0"  # type: ignore[union-attr]


def test_a_skipped_turn_does_not_count_as_sung() -> None:
    room = room_of("ann").wished(wish("ann")).next(5.0, skipped=True)

    assert room.singer("ann").sung == 0
    assert room.history[0].was_skipped


def test_a_guest_can_take_back_only_their_own_wish() -> None:
    room = room_of("ann", "bob").wished(wish("ann")).wished(wish("bob"))

    with pytest.raises(NotAllowedError):
        room.removed("bob0", by_singer="ann")


def test_a_singer_who_goes_home_in_the_middle_of_their_song_is_followed_by_the_next() -> None:
    room = room_of("ann", "bob", "cid").wished(wish("ann")).wished(wish("bob")).wished(wish("ann", 1))

    after = room.left("ann", 60.0)

    assert [after.on_stage and after.on_stage.id, order(after)] == ["bob0", []]
    assert (after.history[-1].singer, after.history[-1].was_skipped) == ("ann", True)
    assert after.left("cid", 70.0).on_stage == after.on_stage


def test_the_same_song_twice_from_one_singer_is_refused_from_two_it_is_not() -> None:
    room = room_of("ann", "bob").wished(wish("ann", 0)).wished(wish("ann", 1))

    with pytest.raises(ConflictError):
        room.wished(replace(wish("ann", 2), song_id="song-ann1"))
    assert len(room.wished(replace(wish("bob", 0), song_id="song-ann1")).turns) == 2


def test_five_hundred_wishes_from_one_phone_stop_at_the_limit() -> None:
    room = room_of("ann").wished(wish("ann", 0))

    with pytest.raises(TooManyRequestsError):
        for number in range(1, 500):
            room = room.wished(wish("ann", number))
    assert len(room.turns) == MOST_WISHES_EACH


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "x" * 10_000])
def test_names_that_are_none_are_refused(name: str) -> None:
    with pytest.raises(InvalidRequestError):
        checked_name(name)


def test_two_guests_of_one_name_can_be_told_apart() -> None:
    room = EMPTY.joined("1", "Ann", "", 0).joined("2", "ann", "", 0)

    assert [singer.name for singer in room.singers] == ["Ann", "ann 2"]


def test_the_stage_moves_on_by_itself_and_at_its_tempo() -> None:
    room = room_of("ann").wished(wish("ann", 0, 100.0))

    faster = room.controlled(StageChange(tempo=1.5), 110.0)

    assert room.stage.position_at(110.0) == 10.0
    assert faster.stage.position_at(112.0) == 13.0
    assert faster.controlled(StageChange(is_playing=False), 112.0).stage.position_at(500.0) == 13.0


@pytest.mark.parametrize(
    "change", [{"tempo": 3.0}, {"semitones": 13}, {"volume": float("nan")}, {"position": -1.0}, {"guide": 2.0}]
)
def test_controls_outside_their_range_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(InvalidRequestError):
        StageChange(**change)  # type: ignore[arg-type]


def test_waits_add_up_songs_and_pauses() -> None:
    room = room_of("ann", "bob", "cid")
    for index, singer in enumerate(("ann", "bob", "cid")):
        room = room.wished(wish(singer, 0, float(index)))

    assert room.waits(100.0) == {"bob0": 120.0, "cid0": 340.0}


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6)), max_size=40))
def test_nobody_loses_a_turn_whatever_happens(events: list[tuple[int, int]]) -> None:
    room, wished, gone = room_of(*"abcde"), set(), set()
    for moment, (who, what) in enumerate(events):
        singer = "abcde"[who]
        if what <= 3:
            turn = wish(singer, moment, float(moment), ready=what != 0)
            room = room.wished(turn)
            wished.add(turn.id)
        elif what == 4 and room.turns:
            room = room.moved(room.turns[who % len(room.turns)].id, who)
        elif what == 5:
            room = room.next(float(moment))
        elif room.turns:
            gone.add(room.turns[0].id)
            room = room.removed(room.turns[0].id)

    held = {turn.id for turn in room.turns} | {entry.turn.id for entry in room.history}
    held |= {room.on_stage.id} if room.on_stage else set()
    assert held == wished - gone
    assert sorted(order(room)) == sorted(turn.id for turn in room.turns)


def night(seed: int) -> tuple[dict[str, int], list[str]]:
    """Twenty singers, sixty wishes, half of them not ready at first, joins, leaves and two host overrides."""
    dice = random.Random(seed)
    room, now, sung = room_of(*(f"s{number:02}" for number in range(14))), 0.0, []
    wishes = [(f"s{dice.randrange(20):02}", number) for number in range(60)]
    pending: dict[str, float] = {}
    while wishes or room.turns or room.on_stage:
        for _ in range(min(2, len(wishes))):
            singer, number = wishes.pop(0)
            if singer not in {each.id for each in room.singers}:
                room = room.joined(singer, singer, "", now)
            late = dice.random() < 0.5
            turn = replace(wish(singer, number, now, ready=not late), duration=180.0 + dice.randrange(90))
            room = room.wished(turn)
            if late:
                pending[turn.song_id] = now + 240.0
            now += 1.0
        if len(sung) in {10, 25} and len(room.turns) > 3:
            room = room.moved(room.order()[3].id, 0)
        now += 200.0
        for song in [song for song, at in pending.items() if at <= now]:
            room = room.readied(song, is_ready=True)
            del pending[song]
        if room.on_stage:
            sung.append(room.on_stage.id)
        room = room.next(now)
    return {singer.id: singer.sung for singer in room.singers}, sung


def test_a_whole_night_is_fair_complete_and_repeatable() -> None:
    counts, sung = night(7)

    assert len(sung) == 60
    assert len(set(sung)) == 60
    assert night(7) == (counts, sung)
    half = sung[: len(sung) // 2]
    early = {singer: sum(turn.startswith(singer) for turn in half) for singer in {turn[:3] for turn in half}}
    assert fairness({singer: float(count) for singer, count in early.items()}) >= 0.9
