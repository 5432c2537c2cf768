"""A room of a karaoke night: everything that may happen in it, as new values of itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harmonix_splitter.domain.party.keys import checked_voice
from harmonix_splitter.domain.party.rotation import rotation, waiting_times
from harmonix_splitter.domain.party.stage import Stage, StageChange
from harmonix_splitter.domain.party.turns import Singer, Sung, Turn, checked_name
from harmonix_splitter.errors import (
    ConflictError,
    NotAllowedError,
    NotFoundError,
    TooManyRequestsError,
)

MOST_WISHES_EACH = 20
MOST_SINGERS = 300
HISTORY_KEPT = 200
MOST_OFFSETS = 500
NEARER_BY = 15.0


@dataclass(frozen=True)
class Room:
    id: str
    code: str
    name: str
    owner_id: str
    opened_at: float
    is_open: bool = True
    is_paused: bool = False
    singers: tuple[Singer, ...] = ()
    turns: tuple[Turn, ...] = ()
    on_stage: Turn | None = None
    history: tuple[Sung, ...] = ()
    stage: Stage = field(default_factory=Stage)
    offsets: Mapping[str, float] = field(default_factory=dict)
    """How much later each song's words are shown, as somebody set it on a remote."""
    version: int = 0

    def singer(self, singer_id: str) -> Singer:
        found = next((each for each in self.singers if each.id == singer_id), None)
        if found is None:
            raise NotFoundError("This singer is not in the room.")
        return found

    def turn(self, turn_id: str) -> Turn:
        found = next((each for each in self.turns if each.id == turn_id), None)
        if found is None:
            raise NotFoundError("This turn is not in the queue.")
        return found

    def order(self) -> list[Turn]:
        """The queue behind the one on stage."""
        taken = {singer.id: singer.taken for singer in self.singers}
        if self.on_stage is not None:
            taken[self.on_stage.singer_id] = taken.get(self.on_stage.singer_id, 0) + 1
        return rotation(self.turns, taken)

    def waits(self, now: float) -> dict[str, float]:
        """Seconds until each turn begins."""
        left = 0.0
        if self.on_stage is not None:
            left = max(0.0, self.on_stage.duration - self.stage.position_at(now)) / self.stage.tempo
        return waiting_times(self.order(), left)

    def expected(self, now: float) -> "Room":
        """Each turn that is not ready knows when it is due; when its turn comes nearer, it is due earlier."""
        waits = self.waits(now)
        changed = tuple(_due_by(turn, now + waits[turn.id]) for turn in self.turns)
        return self if changed == self.turns else replace(self, turns=changed)

    def could_go_first(self, late: Turn) -> str | None:
        """A ready song of the same singer, to sing instead while the late one is prepared."""
        ready = (turn for turn in self.order() if turn.singer_id == late.singer_id and turn.is_ready)
        found = next(ready, None)
        return found.id if found else None

    def joined(self, singer_id: str, name: str, token_hash: str, now: float) -> "Room":
        self.still_open()
        if len(self.singers) >= MOST_SINGERS:
            raise ConflictError("This room is full.")
        least = min((singer.taken for singer in self.singers), default=0)
        newcomer = Singer(singer_id, self._free_name(checked_name(name)), token_hash, now, credit=max(0, least - 1))
        return replace(self, singers=(*self.singers, newcomer))

    def wished(self, turn: Turn) -> "Room":
        self.still_open()
        self.singer(turn.singer_id)
        mine = [each for each in self.turns if each.singer_id == turn.singer_id]
        if len(mine) >= MOST_WISHES_EACH:
            raise TooManyRequestsError(f"You have {MOST_WISHES_EACH} wishes waiting.", retry_after=300)
        if any(each.song_id == turn.song_id for each in mine):
            raise ConflictError("You have asked for this song already.")
        return replace(self, turns=(*self.turns, turn)).started(turn.wished_at)

    def removed(self, turn_id: str, *, by_singer: str | None = None) -> "Room":
        """Take a wish back. The one on stage is never changed by this. `by_singer` None is the host."""
        turn = self.turn(turn_id)
        if by_singer is not None and turn.singer_id != by_singer:
            raise NotAllowedError("This is somebody else's turn.")
        return replace(self, turns=tuple(each for each in self.turns if each.id != turn_id))

    def moved(self, turn_id: str, position: int) -> "Room":
        """The host's hand: this turn stays at that place of the queue, 0 being the next one."""
        self.turn(turn_id)
        place = max(0, min(position, len(self.turns) - 1))
        return self._with_turn(turn_id, lambda turn: replace(turn, pinned=place))

    def arranged(self, turn_ids: Sequence[str]) -> "Room":
        """The host's whole order, first to last."""
        room = self
        for position, turn_id in enumerate(turn_ids):
            room = room.moved(turn_id, position)
        return room

    def next(self, now: float, *, skipped: bool = False) -> "Room":
        """End the turn on stage and begin the next that can be played; others keep their place."""
        ended = self._ended(now, skipped=skipped)
        ready = next((turn for turn in ended.order() if turn.is_ready), None)
        if ready is None or ended.is_paused:
            return replace(ended, on_stage=None, stage=ended.stage.empty(now))
        left = tuple(_one_up(turn) for turn in ended.turns if turn.id != ready.id)
        return replace(ended, turns=left)._with_on_stage(ready, now)

    def started(self, now: float) -> "Room":
        """Begin if nobody sings."""
        return self if self.on_stage is not None or self.is_paused else self.next(now)

    def put_on_stage(self, turn_id: str, now: float) -> "Room":
        """The host begins this turn at once."""
        turn = self.turn(turn_id)
        if not turn.is_ready:
            raise ConflictError("This song is not ready yet.")
        ended = self._ended(now, skipped=True)
        left = tuple(each for each in ended.turns if each.id != turn_id)
        return replace(ended, turns=left)._with_on_stage(turn, now)

    def restarted(self, now: float) -> "Room":
        return replace(self, stage=replace(self.stage, position=0.0, at=now))

    def paused(self, *, is_paused: bool, now: float) -> "Room":
        """Paused means: nobody begins after the song that runs."""
        changed = replace(self, is_paused=is_paused)
        return changed if is_paused else changed.started(now)

    def controlled(self, change: StageChange, now: float) -> "Room":
        changed = replace(self, stage=change.applied_to(self.stage, now))
        if change.lyrics_offset is None or self.on_stage is None:
            return changed
        kept = [*self.offsets.items()][-MOST_OFFSETS:]
        return replace(changed, offsets={**dict(kept), self.on_stage.song_id: change.lyrics_offset})

    def readied(self, song_id: str, *, is_ready: bool, failure: str = "", duration: float | None = None) -> "Room":
        """What became of the work on a song that somebody waits for."""
        changed = tuple(
            replace(turn, is_ready=is_ready, failure=failure, duration=duration or turn.duration)
            if turn.song_id == song_id
            else turn
            for turn in self.turns
        )
        return replace(self, turns=changed)

    def named(self, song_id: str, title: str, artist: str) -> "Room":
        """The title a song got while it was fetched."""
        turns = (replace(each, title=title, artist=artist) if each.song_id == song_id else each for each in self.turns)
        return replace(self, turns=tuple(turns))

    def swapped(self, turn_id: str, other_id: str, *, by_singer: str | None = None) -> "Room":
        """Two turns change places in time, as when one song will not be ready."""
        first, second = self.turn(turn_id), self.turn(other_id)
        if by_singer is not None and {first.singer_id, second.singer_id} != {by_singer}:
            raise NotAllowedError("You can swap your own turns only.")
        once = self._with_turn(turn_id, lambda turn: replace(turn, wished_at=second.wished_at, pinned=second.pinned))
        return once._with_turn(other_id, lambda turn: replace(turn, wished_at=first.wished_at, pinned=first.pinned))

    def left(self, singer_id: str, now: float) -> "Room":
        """A singer went home: their wishes go, their history stays; were they on stage, the next begins."""
        self.singer(singer_id)
        stays = replace(self, turns=tuple(each for each in self.turns if each.singer_id != singer_id))
        if stays.on_stage is not None and stays.on_stage.singer_id == singer_id:
            stays = stays.next(now, skipped=True)
        return replace(stays, singers=tuple(each for each in stays.singers if each.id != singer_id))

    def closed(self) -> "Room":
        return replace(self, is_open=False, turns=(), on_stage=None, stage=Stage())

    def with_range(self, singer_id: str, lowest: float, highest: float) -> "Room":
        """A singer's range, as MIDI notes."""
        checked_voice(lowest, highest)
        changed = tuple(
            replace(each, lowest=lowest, highest=highest) if each.id == singer_id else each for each in self.singers
        )
        return replace(self, singers=changed)

    def _ended(self, now: float, *, skipped: bool) -> "Room":
        turn = self.on_stage
        if turn is None:
            return self
        name = next((each.name for each in self.singers if each.id == turn.singer_id), "")
        counted = tuple(
            replace(each, sung=each.sung + (not skipped)) if each.id == turn.singer_id else each
            for each in self.singers
        )
        history = (*self.history, Sung(turn, name, now, skipped))[-HISTORY_KEPT:]
        return replace(self, singers=counted, on_stage=None, history=history)

    def _with_on_stage(self, turn: Turn, now: float) -> "Room":
        stage = self.stage.of(turn.id, now, semitones=turn.semitones, offset=self.offsets.get(turn.song_id, 0.0))
        return replace(self, on_stage=replace(turn, pinned=None), stage=stage)

    def _with_turn(self, turn_id: str, change: Callable[[Turn], Turn]) -> "Room":
        return replace(self, turns=tuple(change(each) if each.id == turn_id else each for each in self.turns))

    def _free_name(self, name: str) -> str:
        used = {singer.name.casefold() for singer in self.singers}
        number, free = 2, name
        while free.casefold() in used:
            free = f"{name} {number}"
            number += 1
        return free

    def still_open(self) -> "Room":
        """This room; ConflictError once its night is over."""
        if not self.is_open:
            raise ConflictError("This room has closed for the night.")
        return self


def _due_by(turn: Turn, at: float) -> Turn:
    """Not told again for a few seconds' difference."""
    is_earlier = turn.due_at is None or at < turn.due_at - NEARER_BY
    return replace(turn, due_at=at) if not turn.is_ready and is_earlier else turn


def _one_up(turn: Turn) -> Turn:
    return turn if turn.pinned is None else replace(turn, pinned=max(0, turn.pinned - 1))
