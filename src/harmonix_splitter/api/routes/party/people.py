"""Who somebody is in a room: its host, one of its singers, or a screen that knows its code."""

import time
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Path
from starlette.requests import HTTPConnection

from harmonix_splitter.api.dependencies import CurrentUser, TheStudio
from harmonix_splitter.api.doors import Proof, asks
from harmonix_splitter.domain.accounts import User
from harmonix_splitter.domain.buckets import Bucket
from harmonix_splitter.domain.party import Room, Singer
from harmonix_splitter.errors import NotAllowedError, NotFoundError, TooManyRequestsError

Code = Annotated[str, Path(min_length=5, max_length=5, pattern="^[A-Za-z]{5}$", description="The room's code.")]
_GUESSES = (20, 0.5)
_REMEMBERED = 10_000


def _guesses(connection: HTTPConnection) -> dict[str, Bucket]:
    state = connection.app.state
    if not hasattr(state, "room_guesses"):
        state.room_guesses = {}
    found: dict[str, Bucket] = state.room_guesses
    return found


def room_by_code(connection: HTTPConnection, code: str) -> Room:
    """The open room. Whoever asks for many codes that are not there has to wait."""
    address, now = connection.client.host if connection.client else "", time.monotonic()
    buckets = _guesses(connection)
    bucket = buckets.get(address) or Bucket.full(*_GUESSES, now)
    if bucket.wait(now) > 0:
        raise TooManyRequestsError("Too many codes that are not there.", retry_after=bucket.wait(now))
    try:
        room: Room = connection.app.state.studio.party.room(code)
    except NotFoundError:
        buckets[address] = bucket.taken(now)
        if len(buckets) > _REMEMBERED:
            buckets.pop(next(iter(buckets)))
        raise
    return room


def _room(connection: HTTPConnection, code: Code) -> Room:
    return room_by_code(connection, code)


TheRoom = Annotated[Room, Depends(_room)]


def is_host(room: Room, user: User | None) -> bool:
    return user is not None and (user.id == room.owner_id or user.is_admin)


def _host(room: TheRoom, user: CurrentUser) -> Room:
    if not is_host(room, user):
        raise NotAllowedError("Only the host of this room may do that.")
    return room


HostedRoom = Annotated[Room, Depends(_host)]
Token = Annotated[str, Header(alias="X-Room-Token", max_length=200, description="What joining the room answered.")]


@dataclass(frozen=True)
class Guest:
    room: Room
    singer: Singer


@asks(Proof.ROOM)
def _guest(room: TheRoom, studio: TheStudio, token: Token = "") -> Guest:
    return Guest(room, studio.party.singer_of(room, token))


TheGuest = Annotated[Guest, Depends(_guest)]


@asks(Proof.ROOM, Proof.NOTHING)
def _maybe_guest(room: TheRoom, studio: TheStudio, token: Token = "") -> Guest | None:
    return Guest(room, studio.party.singer_of(room, token)) if token else None


MaybeGuest = Annotated[Guest | None, Depends(_maybe_guest)]
