"""A room as its screens see it: no token, no owner, nothing a guest should not know."""

from typing import Any

from harmonix_splitter.domain.party import Room, Turn
from harmonix_splitter.domain.party.room import Sung

HISTORY_SHOWN = 30


def room_view(room: Room, now: float) -> dict[str, Any]:
    """`now` is the server's clock, which the screens' own clocks are compared with."""
    waits = room.waits(now)
    names = {singer.id: singer.name for singer in room.singers}
    stage = room.stage
    return {
        "code": room.code,
        "name": room.name,
        "isOpen": room.is_open,
        "isPaused": room.is_paused,
        "version": room.version,
        "serverTime": now,
        "onStage": _turn(room.on_stage, names, 0.0, -1) if room.on_stage else None,
        "queue": [_turn(turn, names, waits[turn.id], place) for place, turn in enumerate(room.order())],
        "singers": [{"id": singer.id, "name": singer.name, "sung": singer.sung} for singer in room.singers],
        "stage": {
            "turnId": stage.turn_id,
            "isPlaying": stage.is_playing,
            "position": stage.position,
            "at": stage.at,
            "tempo": stage.tempo,
            "semitones": stage.semitones,
            "guide": stage.guide,
            "volume": stage.volume,
            "lyricsSize": stage.lyrics_size,
            "lyricsOffset": stage.lyrics_offset,
        },
        "history": [_sung(entry) for entry in reversed(room.history[-HISTORY_SHOWN:])],
    }


def _sung(entry: Sung) -> dict[str, Any]:
    turn = entry.turn
    return {"title": turn.title, "artist": turn.artist, "singer": entry.singer, "skipped": entry.was_skipped}


def _turn(turn: Turn, names: dict[str, str], wait: float, place: int) -> dict[str, Any]:
    return {
        "id": turn.id,
        "songId": turn.song_id,
        "singerId": turn.singer_id,
        "singer": names.get(turn.singer_id, ""),
        "title": turn.title,
        "artist": turn.artist,
        "duration": turn.duration,
        "position": place + 1,
        "waitSeconds": round(wait),
        "isReady": turn.is_ready,
        "failure": turn.failure,
        "isPinned": turn.pinned is not None,
    }
