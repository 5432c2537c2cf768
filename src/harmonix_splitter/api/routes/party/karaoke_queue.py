"""The documents' one queue (`/api/karaoke-queue`): the newest open room of whoever asks, in their shapes."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from harmonix_splitter.api.dependencies import MemberUser, TheStudio
from harmonix_splitter.api.song_lyrics import card_words
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.party import Room, Turn
from harmonix_splitter.errors import NotFoundError

router = APIRouter(prefix="/api/karaoke-queue")
Row = dict[str, Any]


class QueueWish(BaseModel):
    singer: str = Field(max_length=20_000)
    songId: str = Field(max_length=64)  # noqa: N815  (the documents' name)


class Place(BaseModel):
    id: str = Field(max_length=64)
    position: int


class OrderWish(BaseModel):
    queue: list[Place] = Field(max_length=1_000)


@router.get("", summary="The queue; position 0 sings now")
def queue(studio: TheStudio, user: MemberUser) -> list[Row]:
    return _rows(studio, studio.party.house(user.id))


@router.post("", status_code=201, summary="Add a turn")
def add(wish: QueueWish, studio: TheStudio, user: MemberUser) -> Row:
    room, turn = studio.party.add_for(studio.party.house(user.id).code, wish.singer, wish.songId)
    return next(row for row in _rows(studio, room) if row["id"] == turn.id)


@router.put("/reorder", summary="Put the waiting turns in this order")
def reorder(wish: OrderWish, studio: TheStudio, user: MemberUser) -> Row:
    """The order of the positions counts, not their numbers; who sings now stays."""
    room = studio.party.house(user.id)
    waiting = {turn.id for turn in room.turns}
    places = sorted(wish.queue, key=lambda place: place.position)
    unknown = [place.id for place in places if place.id not in waiting and not _is_on_stage(room, place.id)]
    if unknown:
        raise NotFoundError(f"There is no turn {unknown[0]!r} in the queue.")
    ordered = [place.id for place in places if place.id in waiting]
    return {"success": True, "items": _rows(studio, studio.party.arrange(room.code, ordered))}


@router.delete("/{turn_id}", summary="Remove a turn; removing who sings now begins the next")
def remove(turn_id: str, studio: TheStudio, user: MemberUser) -> Row:
    room = studio.party.house(user.id)
    if _is_on_stage(room, turn_id):
        studio.party.next(room.code, skipped=True)
    else:
        studio.party.remove(room.code, turn_id)
    return {"success": True}


@router.post("/{turn_id}/play", summary="Begin this turn now")
def play(turn_id: str, studio: TheStudio, user: MemberUser) -> Row:
    room = studio.party.house(user.id)
    after = room if _is_on_stage(room, turn_id) else studio.party.play_now(room.code, turn_id)
    return {"success": True, "items": _rows(studio, after)}


def _is_on_stage(room: Room, turn_id: str) -> bool:
    return room.on_stage is not None and room.on_stage.id == turn_id


def _rows(studio: Studio, room: Room) -> list[Row]:
    """Position 0 is on stage, 1 is next; with nobody on stage the first to come has 1."""
    names = {singer.id: singer.name for singer in room.singers}
    on_stage = [_row(studio, room.on_stage, names, 0)] if room.on_stage else []
    return on_stage + [_row(studio, turn, names, place) for place, turn in enumerate(room.order(), 1)]


def _row(studio: Studio, turn: Turn, names: dict[str, str], position: int) -> Row:
    try:
        song = studio.songs.song(turn.song_id)
        words, album = card_words(studio, song), song.facts.album
    except NotFoundError:
        words, album = {"syncedLyrics": None, "plainLyrics": None}, ""
    return {
        "id": turn.id,
        "songId": turn.song_id,
        "singer": names.get(turn.singer_id, ""),
        "position": position,
        "addedAt": datetime.fromtimestamp(turn.wished_at, UTC).isoformat(),
        "song": {
            "id": turn.song_id,
            "title": turn.title,
            "artist": turn.artist,
            "album": album,
            "durationMs": round(turn.duration * 1000),
            "coverArt": f"/api/songs/{turn.song_id}/thumbnail",
            **words,
        },
    }
