"""A room as its screens see it: no token, no owner, nothing a guest should not know."""

from collections.abc import Mapping
from typing import Any

from harmonix_splitter.domain.party import ReadyIn, Room, Turn, Verdict
from harmonix_splitter.domain.party.turns import Sung
from harmonix_splitter.domain.songs import UNKNOWN

HISTORY_SHOWN = 30


def room_view(room: Room, now: float, outlook: Mapping[str, ReadyIn]) -> dict[str, Any]:
    """`now` is the server's clock, which the screens' own clocks are compared with; `outlook` is by song."""
    waits = room.waits(now)
    names = {singer.id: singer.name for singer in room.singers}

    def waiting(turn: Turn, place: int) -> dict[str, Any]:
        return _turn(turn, names, waits[turn.id], place) | _readiness(room, turn, outlook, waits[turn.id])

    stage = room.stage
    return {
        "code": room.code,
        "name": room.name,
        "isOpen": room.is_open,
        "isPaused": room.is_paused,
        "version": room.version,
        "serverTime": now,
        "onStage": _turn(room.on_stage, names, 0.0, -1) if room.on_stage else None,
        "queue": [waiting(turn, place) for place, turn in enumerate(room.order())],
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
            "showsChords": stage.shows_chords,
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
        "title": _if_known(turn.title),
        "artist": _if_known(turn.artist),
        "duration": turn.duration,
        "position": place + 1,
        "waitSeconds": round(wait),
        "isReady": turn.is_ready,
        "failure": turn.failure,
        "isPinned": turn.pinned is not None,
        "semitones": turn.semitones,
    }


def _if_known(name: str) -> str:
    return "" if name == UNKNOWN else name


def _readiness(room: Room, turn: Turn, outlook: Mapping[str, ReadyIn], wait: float) -> dict[str, Any]:
    """Whether the song will be there when its turn comes; if not, which own turn could go first."""
    if turn.is_ready:
        return {"verdict": str(Verdict.READY), "readyIn": None, "swapWith": None}
    expected = outlook.get(turn.song_id)
    verdict = expected.verdict(wait) if expected is not None and not turn.failure else Verdict.UNKNOWN
    is_lost = verdict is Verdict.LATE or bool(turn.failure)
    times = {"least": round(expected.least), "most": round(expected.most)} if expected and not turn.failure else None
    return {"verdict": str(verdict), "readyIn": times, "swapWith": room.could_go_first(turn) if is_lost else None}
