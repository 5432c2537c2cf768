"""A song somebody wishes for, as a turn in the queue."""

from harmonix_splitter.domain.identifiers import new_id
from harmonix_splitter.domain.party import Turn
from harmonix_splitter.domain.songs import Song, SongStatus

USUAL_DURATION = 215.0


def turn_of(singer_id: str, song: Song, now: float) -> Turn:
    facts = song.facts
    return Turn(
        id=new_id(),
        singer_id=singer_id,
        song_id=song.id,
        title=facts.title,
        artist=facts.artist,
        duration=facts.duration_ms / 1000 if facts.duration_ms else USUAL_DURATION,
        wished_at=now,
        is_ready=song.is_playable,
        failure=song.error if song.status is SongStatus.ERROR else "",
    )
