"""Where past live sessions and their tapes are kept."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from harmonix_splitter.domain.share_history import PastShare


class ShareHistory(Protocol):
    """Past sessions, and those going on."""

    def keep(self, share: PastShare) -> None:
        """Add it, or replace what was known of the same life of the same id."""
        ...

    def get(self, session: str, epoch: int) -> PastShare:
        """Raise NotFoundError."""
        ...

    def of(self, owner_id: str | None, most: int) -> Sequence[PastShare]:
        """The owner's newest first; everybody's for None."""
        ...


class TapeShelf(Protocol):
    """Recordings being made, in pieces that survive a crash."""

    def begin(self, share: PastShare) -> None: ...

    def add(self, share_id: str, sound: bytes, rate: int, channels: int) -> None:
        """One more piece of interleaved 32-bit floats. It is on the disk, whole, when this returns."""
        ...

    def whole(self, share_id: str) -> Path | None:
        """All pieces joined to one file; None when there is no sound."""
        ...

    def left(self) -> Sequence[PastShare]:
        """Recordings begun and not forgotten, whether or not they are still being made."""
        ...

    def forget(self, share_id: str) -> None: ...
