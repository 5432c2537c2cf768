"""Recordings of live sessions: pieces in the data folder, then an upload like any other."""

from datetime import UTC, datetime
from pathlib import Path

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.domain.separation import Mode, Quality, Recipe
from harmonix_splitter.domain.share_history import PastShare
from harmonix_splitter.domain.songs import UNKNOWN, SongFacts
from harmonix_splitter.services.recording import RecordingService


def recording(parts: Parts) -> RecordingService:
    from harmonix_splitter.adapters.database.share_history import SqlShareHistory
    from harmonix_splitter.adapters.media.share_tapes import TapeFolder

    shelf = TapeFolder(parts.settings.data_dir / "recordings")
    return RecordingService(SqlShareHistory(parts.database), shelf, lambda share, file: _song(parts, share, file))


def _song(parts: Parts, share: PastShare, file: Path) -> str:
    from harmonix_splitter.bootstrap.songs import songs
    from harmonix_splitter.bootstrap.sources import sources

    begun = datetime.fromtimestamp(share.started_at / 1000, UTC)
    title = f"Live session {share.session}, {begun:%Y-%m-%d %H:%M} UTC"
    chosen = parts.settings.separation
    with file.open("rb") as sound:
        pieces = iter(lambda: sound.read(1 << 20), b"")
        received = sources(parts).uploads.receive(f"{title}.flac", pieces, file.stat().st_size)
    recipe = Recipe(Mode(chosen.mode), Quality(chosen.quality), chosen.engine)
    return songs(parts).request_upload(share.owner_id, received, recipe, SongFacts(title, UNKNOWN)).song.id
