"""Activities: what somebody did, newest first, the last hundred."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

ACTIVITIES_KEPT = 100


class ActivityKind(StrEnum):
    """The documented types."""

    LOGIN = "login"
    LOGOUT = "logout"
    UPLOAD = "upload"
    SONG_PROCESSED = "song_processed"
    DOWNLOAD = "download"
    MIDI_CONVERTED = "midi_converted"
    LYRICS_EXTRACTED = "lyrics_extracted"
    ACCOUNT_UPDATED = "account_updated"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an event

    @property
    def icon(self) -> str:
        return _ICONS[self]


_ICONS = {
    ActivityKind.LOGIN: "log-in",
    ActivityKind.LOGOUT: "log-out",
    ActivityKind.UPLOAD: "upload",
    ActivityKind.SONG_PROCESSED: "layers",
    ActivityKind.DOWNLOAD: "download",
    ActivityKind.MIDI_CONVERTED: "music",
    ActivityKind.LYRICS_EXTRACTED: "text",
    ActivityKind.ACCOUNT_UPDATED: "user",
    ActivityKind.PASSWORD_CHANGED: "key",
}


@dataclass(frozen=True)
class Activity:
    user_id: str
    kind: ActivityKind
    at: datetime
    description: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


def time_ago(then: datetime, now: datetime) -> str:
    """How long ago, as people say it."""
    seconds = max(0, int((now - then) / timedelta(seconds=1)))
    if seconds < 60:
        return "just now"
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if count := seconds // size:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"
