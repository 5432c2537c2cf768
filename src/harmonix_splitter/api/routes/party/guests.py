"""What guests do with their phones: join, choose, wait, take back. Nothing outside their room."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from harmonix_splitter.api.dependencies import MaybeUser, TheStudio
from harmonix_splitter.api.doors import Proof, asks
from harmonix_splitter.api.routes.party.people import MaybeGuest, TheGuest, TheRoom, is_host
from harmonix_splitter.api.routes.party.wishes import JoinWish, RangeWish, SongWish, StageWish, SwapWish
from harmonix_splitter.domain.analysis import VocalRange
from harmonix_splitter.domain.party import shift_to_fit
from harmonix_splitter.domain.songs import Song
from harmonix_splitter.errors import InvalidRequestError, NotAllowedError

router = APIRouter()
View = dict[str, Any]
FOR_ALL = {"guide", "lyrics_size", "lyrics_offset"}
"""What any singer in the room may set; the rest is the host's and, while they sing, the singer's."""


@router.get("/api/rooms/{code}", summary="The room: who sings, who is next")
def see(room: TheRoom, studio: TheStudio) -> View:
    return studio.party.view(room)


@router.post("/api/rooms/{code}/join", status_code=201, summary="Join with a name; keep the token")
def join(wish: JoinWish, room: TheRoom, studio: TheStudio) -> View:
    joined = studio.party.join(room.code, wish.name)
    view = studio.party.view(joined.room)
    return {"singerId": joined.singer.id, "name": joined.singer.name, "token": joined.token, "room": view}


@router.get("/api/rooms/{code}/songs", summary="Songs of the host's library to choose from")
def songs(room: TheRoom, studio: TheStudio, guest: MaybeGuest, q: str = "") -> View:
    """To a singer whose range is known: `shift`, by how many semitones each song fits their voice."""
    voice = guest.singer.range if guest else None
    found = studio.party.songs_for(room.code, q[:200])
    return {"songs": [_shown(song, studio.party.sung_range(song), voice) for song in found]}


@router.post("/api/rooms/{code}/turns", status_code=201, summary="Wish for a song")
def wish_for(wish: SongWish, guest: TheGuest, studio: TheStudio) -> View:
    if bool(wish.song_id) == bool(wish.link):
        raise InvalidRequestError("Name a song of the library or a link, one of them.")
    party, code = studio.party, guest.room.code
    if wish.link:
        return party.view(party.wish_link(code, guest.singer.id, wish.link))
    return party.view(party.wish(code, guest.singer.id, wish.song_id, wish.semitones))


@router.delete("/api/rooms/{code}/singers/{singer_id}", summary="A singer went home (the host: anybody)")
@asks(Proof.ROOM, Proof.GUEST)
def leave(singer_id: str, room: TheRoom, studio: TheStudio, user: MaybeUser, guest: MaybeGuest) -> View:
    """Their wishes go with them; were they on stage, the next singer begins."""
    if not is_host(room, user) and (guest is None or guest.singer.id != singer_id):
        raise NotAllowedError("Only the host and the singer may say so.")
    return studio.party.view(studio.party.leave(room.code, singer_id))


@router.delete("/api/rooms/{code}/turns/{turn_id}", summary="Take a wish back (the host: anybody's)")
@asks(Proof.ROOM, Proof.GUEST)
def take_back(turn_id: str, room: TheRoom, studio: TheStudio, user: MaybeUser, guest: MaybeGuest) -> View:
    if is_host(room, user):
        return studio.party.view(studio.party.remove(room.code, turn_id))
    if guest is None:
        raise NotAllowedError("Join the room first.", advice="Scan its code and tell your name.")
    return studio.party.view(studio.party.remove(room.code, turn_id, guest.singer.id))


@router.post("/api/rooms/{code}/turns/{turn_id}/swap", summary="Change places between two of one's own turns")
def swap(turn_id: str, wish: SwapWish, guest: TheGuest, studio: TheStudio) -> View:
    room = studio.party.swap(guest.room.code, turn_id, wish.other_id, guest.singer.id)
    return studio.party.view(room)


@router.put("/api/rooms/{code}/range", summary="Tell one's range, as MIDI notes")
def tell_range(wish: RangeWish, guest: TheGuest, studio: TheStudio) -> View:
    room = studio.party.set_range(guest.room.code, guest.singer.id, wish.lowest, wish.highest)
    return studio.party.view(room)


@router.patch("/api/rooms/{code}/stage", summary="Play, pause, seek, key, tempo, guide voice, words")
@asks(Proof.ROOM, Proof.GUEST)
def control(wish: StageWish, room: TheRoom, studio: TheStudio, user: MaybeUser, guest: MaybeGuest) -> View:
    asked = {name for name, value in asdict(wish).items() if value is not None}
    sings = guest is not None and room.on_stage is not None and room.on_stage.singer_id == guest.singer.id
    if not is_host(room, user) and not sings and (guest is None or asked - FOR_ALL):
        advice = "You can set the guide voice and the words."
        raise NotAllowedError("This is the host's and the singer's.", advice=advice)
    return studio.party.view(studio.party.control(room.code, wish))


def _shown(song: Song, sung: VocalRange | None, voice: VocalRange | None) -> View:
    facts = song.facts
    length = facts.duration_ms / 1000 if facts.duration_ms else None
    named = {"id": song.id, "title": facts.title, "artist": facts.artist}
    shift = shift_to_fit(sung, voice) if sung and voice else None
    low_to_high = sung.to_document() if sung else None
    return {**named, "duration": length, "isReady": song.is_playable, "range": low_to_high, "shift": shift}
