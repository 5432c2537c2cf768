"""A memory of the links that were given away."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from harmonix_splitter.domain.playback_links import PlaybackLink


class PlaybackLinks(Protocol):
    def add(self, link: PlaybackLink) -> None: ...

    def get(self, link_id: str) -> PlaybackLink:
        """Raise NotFoundError when there is none."""
        ...

    def of(self, user_id: str, song_id: str | None = None) -> Sequence[PlaybackLink]:
        """Somebody's links, newest first."""
        ...

    def revoke(self, link_id: str, now: datetime) -> None: ...
