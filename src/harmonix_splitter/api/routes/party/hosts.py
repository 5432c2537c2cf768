"""What the host does: open and close the room, order the queue, run the night."""

from typing import Any

from fastapi import APIRouter

from harmonix_splitter.api.dependencies import MemberUser, TheStudio
from harmonix_splitter.api.routes.party.people import HostedRoom
from harmonix_splitter.api.routes.party.wishes import MoveWish, OpenWish, PauseWish
from harmonix_splitter.domain.party import Room

router = APIRouter()
View = dict[str, Any]


def shown(studio: TheStudio, room: Room) -> View:
    return studio.party.view(room)


@router.post("/api/rooms", status_code=201, summary="Open a room")
def open_room(wish: OpenWish, studio: TheStudio, user: MemberUser) -> View:
    return shown(studio, studio.party.open(user.id, wish.name))


@router.get("/api/rooms", summary="My open rooms")
def rooms(studio: TheStudio, user: MemberUser) -> View:
    return {"rooms": [shown(studio, room) for room in studio.party.rooms.of_owner(user.id)]}


@router.delete("/api/rooms/{code}", summary="Close the room for the night")
def close(room: HostedRoom, studio: TheStudio) -> View:
    return shown(studio, studio.party.close(room.code))


@router.post("/api/rooms/{code}/turns/{turn_id}/move", summary="Put a turn at a place of the queue")
def move(turn_id: str, wish: MoveWish, room: HostedRoom, studio: TheStudio) -> View:
    return shown(studio, studio.party.move(room.code, turn_id, wish.position))


@router.post("/api/rooms/{code}/turns/{turn_id}/play", summary="Begin this turn now")
def play(turn_id: str, room: HostedRoom, studio: TheStudio) -> View:
    return shown(studio, studio.party.play_now(room.code, turn_id))


@router.post("/api/rooms/{code}/skip", summary="End the song on stage; it does not count as sung")
def skip(room: HostedRoom, studio: TheStudio) -> View:
    return shown(studio, studio.party.next(room.code, skipped=True))


@router.post("/api/rooms/{code}/next", summary="The next singer, please")
def following(room: HostedRoom, studio: TheStudio) -> View:
    return shown(studio, studio.party.next(room.code))


@router.post("/api/rooms/{code}/restart", summary="The song on stage from its start")
def restart(room: HostedRoom, studio: TheStudio) -> View:
    return shown(studio, studio.party.restart(room.code))


@router.put("/api/rooms/{code}/pause", summary="Nobody begins after the song that runs, or go on")
def pause(wish: PauseWish, room: HostedRoom, studio: TheStudio) -> View:
    return shown(studio, studio.party.pause_queue(room.code, is_paused=wish.is_paused))
