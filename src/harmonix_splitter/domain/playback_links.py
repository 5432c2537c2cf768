"""Links by which somebody without an account hears one song, until a moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta

PURPOSE = "listen"
LONGEST = timedelta(days=90)
LINKS_EACH = 200


@dataclass(frozen=True)
class PlaybackLink:
    id: str
    user_id: str
    song_id: str
    note: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def opens_at(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at
