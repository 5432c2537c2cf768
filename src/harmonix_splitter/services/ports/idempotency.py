"""What it takes to answer the same request twice with one answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class KeptAnswer:
    """What was asked under a key, and the answer; status None while it is still being made."""

    fingerprint: str
    begun_at: datetime
    status: int | None = None
    media_type: str = ""
    body: bytes = b""


class KeptAnswers(Protocol):
    """Answers by their owner and key."""

    def begin(self, owner: str, key: str, fingerprint: str, now: datetime, since: datetime) -> KeptAnswer | None:
        """Note that this is being answered now; None when it is new, else what is known. What began before `since`
        is forgotten."""
        ...

    def finish(self, owner: str, key: str, answer: KeptAnswer) -> None: ...

    def drop(self, owner: str, key: str) -> None:
        """As if it had never been asked."""
        ...
