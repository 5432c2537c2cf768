"""Live sessions remembered: a list of what was, and recordings that become songs of whoever shared."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from harmonix_splitter.domain.share_history import PastShare, Tape
from harmonix_splitter.domain.sharing import Chunk, SessionFacts
from harmonix_splitter.errors import NotFoundError
from harmonix_splitter.services.ports.share_history import ShareHistory, TapeShelf

PIECE_SECONDS = 5
"""What a crash may cost."""


@dataclass
class Recording:
    """One session while it is being recorded."""

    share: PastShare
    shelf: TapeShelf
    tape: Tape = field(default_factory=Tape)
    _sound: bytearray = field(default_factory=bytearray)

    def take(self, chunk: Chunk) -> None:
        self._sound += self.tape.take(chunk)
        if len(self._sound) >= PIECE_SECONDS * self.tape.rate * self.tape.channels * 4 > 0:
            self._put_away()

    def close(self) -> None:
        """The tail too: what was said last is heard last."""
        self._sound += self.tape.rest()
        self._put_away()

    def _put_away(self) -> None:
        if self._sound:
            self.shelf.add(self.share.id, bytes(self._sound), self.tape.rate, self.tape.channels)
            self._sound.clear()


@dataclass(frozen=True)
class RecordingService:
    history: ShareHistory
    shelf: TapeShelf
    to_library: Callable[[PastShare, Path], str]
    """Make the file a song of the share's owner; the answer is the song's id."""

    def begun(self, session: str, epoch: int, owner_id: str, now: int) -> PastShare:
        share = PastShare(session, epoch, owner_id, now)
        self.history.keep(share)
        return share

    def ended(self, facts: SessionFacts, now: int) -> None:
        """Keep a session's last numbers. Sessions of before there was a history have nobody to be kept for."""
        with suppress(NotFoundError):
            self.history.keep(self.history.get(facts.session, facts.epoch).ended(facts, now))

    def recording(self, share: PastShare) -> Recording:
        self.shelf.begin(share)
        return Recording(share, self.shelf)

    def finish(self, share: PastShare) -> str:
        """What is on the shelf becomes a song; "" when nothing was heard. Asking again after a crash is fine."""
        file = self.shelf.whole(share.id)
        song_id = self.to_library(share, file) if file else ""
        with suppress(NotFoundError):
            self.history.keep(replace(self.history.get(share.session, share.epoch), song_id=song_id))
        self.shelf.forget(share.id)
        return song_id

    def left(self) -> Sequence[PastShare]:
        """Recordings that a crash cut off: all of each but its last piece can be finished."""
        return self.shelf.left()

    def past(self, owner_id: str | None, most: int = 100) -> Sequence[PastShare]:
        return self.history.of(owner_id, most)
