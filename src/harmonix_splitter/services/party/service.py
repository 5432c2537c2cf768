"""Karaoke nights: open a room, join, wish, sing, steer. The server decides every position."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from harmonix_splitter.domain.analysis import VocalRange
from harmonix_splitter.domain.identifiers import new_id
from harmonix_splitter.domain.party import Room, Singer, StageChange, Turn, checked_name
from harmonix_splitter.domain.songs import Song, SongStatus
from harmonix_splitter.errors import ConflictError, NotAllowedError, NotFoundError
from harmonix_splitter.services.party.preparing import Preparing
from harmonix_splitter.services.party.view import room_view
from harmonix_splitter.services.party.wishes import USUAL_DURATION, turn_of
from harmonix_splitter.services.ports.accounts import Secrets
from harmonix_splitter.services.ports.clock import Clock
from harmonix_splitter.services.ports.events import Event, EventBus
from harmonix_splitter.services.ports.party import RoomRepository
from harmonix_splitter.services.ports.songs import SongQuery
from harmonix_splitter.services.songs import SongsService

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without I and O, which look like digits on a far screen."""
_TRIES = 8
LATELY = 5
"""Songs sung last, which are still made better for the library."""
_ENDINGS = {"job_completed", "job_failed", "job_cancelled"}


@dataclass(frozen=True)
class Joined:
    room: Room
    singer: Singer
    token: str


@dataclass(frozen=True)
class PartyService:
    rooms: RoomRepository
    songs: SongsService
    events: EventBus
    secrets: Secrets
    clock: Clock
    preparing: Preparing

    def view(self, room: Room) -> dict[str, Any]:
        """The room as its screens see it now."""
        now = self.now()
        return room_view(room, now, self.preparing.outlook(room, now))

    def watch(self) -> Callable[[], None]:
        """Look after every open room now and whenever a job ends, until the answer is called."""

        stop = self.events.listen(["jobs"], self._heard)
        self._look_after_all()
        return stop

    def open(self, owner_id: str, name: str) -> Room:
        """A new room with a short code that no other room has."""
        for _ in range(_TRIES):
            code = "".join(secrets.choice(_LETTERS) for _ in range(5))
            room = Room(new_id(), code, checked_name(name), owner_id, self.now())
            try:
                self.rooms.add(room)
            except ConflictError:
                continue
            return room
        raise ConflictError("No free code was found.", advice="Try again.")

    def room(self, code: str) -> Room:
        """The room as it is, with the songs that became ready meanwhile."""
        room = self.rooms.by_code(code)
        refreshed = self._refreshed(room)
        return room if refreshed is room else self._change(code, self._refreshed)

    def house(self, owner_id: str) -> Room:
        """The room behind the one queue of the documents: the owner's newest, opened when there is none."""
        found = self.rooms.of_owner(owner_id)
        return found[0] if found else self.open(owner_id, "Karaoke")

    def join(self, code: str, name: str) -> Joined:
        token, singer_id = self.secrets.token(), new_id()
        fingerprint = self.secrets.fingerprint(token)
        room = self._change(code, lambda room: room.joined(singer_id, name, fingerprint, self.now()))
        return Joined(room, room.singer(singer_id), token)

    def singer_of(self, room: Room, token: str) -> Singer:
        """Who holds this token. Raise NotAllowedError: a guest can do nothing outside their room."""
        fingerprint = self.secrets.fingerprint(token) if token else ""
        for singer in room.singers:
            if fingerprint and self.secrets.same(singer.token_hash, fingerprint):
                return singer
        raise NotAllowedError("Join the room first.", advice="Scan its code and tell your name.")

    def wish(self, code: str, singer_id: str, song_id: str, semitones: int = 0) -> Room:
        """A song of the host's library, so many semitones away from its key."""
        room = self.rooms.by_code(code)
        song = self.songs.song(song_id, room.owner_id)
        self._wait(room, turn_of(singer_id, song, self.now()))
        return self._wish(code, singer_id, self.preparing.begun(song), semitones)

    def wish_link(self, code: str, singer_id: str, link: str) -> Room:
        """A song from the web: work on it begins at once, vocals and instrumental first."""
        room, now = self.rooms.by_code(code), self.now()
        unknown = Turn("", singer_id, "", "", "", USUAL_DURATION, now, is_ready=False)
        wait = self._wait(room, unknown)
        return self._wish(code, singer_id, self.preparing.wanted(room, link, wait, now))

    def add_for(self, code: str, name: str, song_id: str) -> tuple[Room, Turn]:
        """A wish typed at the desk for somebody without a phone."""
        room = self.rooms.by_code(code)
        wanted = checked_name(name)
        known = next((each for each in room.singers if each.name.casefold() == wanted.casefold()), None)
        singer = known or self.join(code, wanted).singer
        before = {turn.id for turn in room.turns} | {room.on_stage.id if room.on_stage else ""}
        after = self.wish(code, singer.id, song_id)
        everything = (*after.turns, *((after.on_stage,) if after.on_stage else ()))
        return after, next(turn for turn in everything if turn.id not in before)

    def songs_for(self, code: str, words: str, limit: int = 30) -> list[Song]:
        """What guests may choose from while the night lasts: the host's library."""
        room = self.rooms.by_code(code).still_open()
        found = self.songs.find(SongQuery(room.owner_id, words, sort="title", limit=min(limit, 50)))[0]
        return [song for song in found if song.status is not SongStatus.ERROR]

    def sung_range(self, song: Song) -> VocalRange | None:
        """How low and how high a song of the library goes, where that was found."""
        if not song.is_playable:
            return None
        library = self.songs.library
        found = library.record.recording(library.item(song.item_id).recording_id).analysis or {}
        return VocalRange.from_document(found["vocal_range"]) if found.get("vocal_range") else None

    def remove(self, code: str, turn_id: str, by_singer: str | None = None) -> Room:
        return self._change(code, lambda room: room.removed(turn_id, by_singer=by_singer))

    def swap(self, code: str, turn_id: str, other_id: str, by_singer: str | None = None) -> Room:
        return self._change(code, lambda room: room.swapped(turn_id, other_id, by_singer=by_singer))

    def leave(self, code: str, singer_id: str) -> Room:
        return self._change(code, lambda room: self._refreshed(room).left(singer_id, self.now()))

    def set_range(self, code: str, singer_id: str, lowest: float, highest: float) -> Room:
        return self._change(code, lambda room: room.with_range(singer_id, lowest, highest))

    def move(self, code: str, turn_id: str, position: int) -> Room:
        return self._change(code, lambda room: room.moved(turn_id, position))

    def arrange(self, code: str, turn_ids: list[str]) -> Room:
        """The host's whole order, first to last."""
        return self._change(code, lambda room: room.arranged(turn_ids))

    def next(self, code: str, *, skipped: bool = False) -> Room:
        return self._turned(self._change(code, lambda room: self._refreshed(room).next(self.now(), skipped=skipped)))

    def sung(self, code: str, turn_id: str) -> Room:
        """The stage played this turn to its end. Told twice, it counts once."""

        def ended(room: Room) -> Room:
            is_still_on = room.on_stage is not None and room.on_stage.id == turn_id
            return self._refreshed(room).next(self.now()) if is_still_on else room

        return self._turned(self._change(code, ended))

    def play_now(self, code: str, turn_id: str) -> Room:
        return self._change(code, lambda room: self._refreshed(room).put_on_stage(turn_id, self.now()))

    def restart(self, code: str) -> Room:
        return self._change(code, lambda room: room.restarted(self.now()))

    def pause_queue(self, code: str, *, is_paused: bool) -> Room:
        return self._change(code, lambda room: room.paused(is_paused=is_paused, now=self.now()))

    def control(self, code: str, change: StageChange) -> Room:
        return self._change(code, lambda room: room.controlled(change, self.now()))

    def close(self, code: str) -> Room:
        return self._change(code, lambda room: room.closed())

    def now(self) -> float:
        return self.clock.now().timestamp()

    def _heard(self, _topic: str, event: Event) -> None:
        if event.get("type") in _ENDINGS:
            self._look_after_all()

    def _look_after_all(self) -> None:
        for room in self.rooms.open():
            self._better(self.room(room.code))

    def _wait(self, room: Room, turn: Turn) -> float:
        """Seconds until such a turn; refused before any work is begun for a wish that the room would not take."""
        return room.wished(replace(turn, is_ready=False)).waits(self.now())[turn.id]

    def _wish(self, code: str, singer_id: str, song: Song, semitones: int = 0) -> Room:
        turn = replace(turn_of(singer_id, song, self.now()), semitones=semitones)
        return self._change(code, lambda room: room.wished(turn))

    def _refreshed(self, room: Room) -> Room:
        """What became of the songs somebody waits for; the first ready one begins when nobody sings."""
        changed = room
        for song_id in {turn.song_id for turn in room.turns if not turn.is_ready and not turn.failure}:
            song = self._song_or_none(song_id)
            if song is None or song.status is SongStatus.ERROR:
                reason = song.error if song and song.error else "This song could not be prepared."
                changed = changed.readied(song_id, is_ready=False, failure=reason)
            elif song.is_playable:
                length = song.facts.duration_ms / 1000 if song.facts.duration_ms else None
                changed = changed.readied(song_id, is_ready=True, duration=length)
                changed = changed.named(song_id, song.facts.title, song.facts.artist)
        return changed if changed is room else changed.started(self.now())

    def _turned(self, room: Room) -> Room:
        self._better(room)
        return room

    def _better(self, room: Room) -> None:
        """What was prepared quickly is made again, and taken when it is there; never under somebody's song."""
        sung = room.on_stage.song_id if room.on_stage else ""
        lately = [entry.turn for entry in room.history[-LATELY:]]
        for song_id in {turn.song_id for turn in (*room.turns, *lately) if turn.is_ready and turn.song_id != sung}:
            song = self._song_or_none(song_id)
            if song is not None:
                self.preparing.refine(self.preparing.take_better(song))

    def _song_or_none(self, song_id: str) -> Song | None:
        try:
            return self.songs.song(song_id)
        except NotFoundError:
            return None

    def _change(self, code: str, change: Callable[[Room], Room]) -> Room:
        """Read, change, save, tell; when somebody was faster, all again on what they left."""
        for attempt in range(_TRIES):
            room = self.rooms.by_code(code)
            changed = change(room)
            if changed == room:
                return room
            changed = changed.expected(self.now())
            try:
                saved = self.rooms.save(changed)
            except ConflictError:
                if attempt == _TRIES - 1:
                    raise
                continue
            self.preparing.bring_forward(room, saved)
            self.events.publish(f"room:{saved.id}", {"type": "room_changed", "room": self.view(saved)})
            return saved
        raise ConflictError("The room is too busy.", advice="Try again.")
