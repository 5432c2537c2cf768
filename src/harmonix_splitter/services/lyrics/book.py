"""Keeps lyrics: numbered versions, offered and applied, with a way back to each."""

from dataclasses import dataclass, replace

from harmonix_splitter.domain.lyrics import Lyrics, LyricsVersion, VersionState
from harmonix_splitter.domain.lyrics.versions import Change, changes, edited, may_replace, merged
from harmonix_splitter.errors import ConflictError, NotFoundError
from harmonix_splitter.services.ports.clock import Clock
from harmonix_splitter.services.ports.lyrics import LyricsShelf


@dataclass(frozen=True)
class LyricsBook:
    shelf: LyricsShelf
    clock: Clock

    def current(self, song: str) -> LyricsVersion:
        """Raise NotFoundError when the song has no lyrics yet."""
        found = self.shelf.current(song)
        if found is None:
            raise NotFoundError("This song has no lyrics yet.", advice="Paste or import them, or ask for a lookup.")
        return found

    def lyrics(self, song: str) -> Lyrics | None:
        found = self.shelf.current(song)
        return found.lyrics if found else None

    def versions(self, song: str) -> list[LyricsVersion]:
        return self.shelf.versions(song)

    def version(self, song: str, number: int) -> LyricsVersion:
        return self.shelf.version(song, number)

    def difference(self, song: str, before: int, after: int) -> list[Change]:
        return changes(self.version(song, before).lyrics, self.version(song, after).lyrics)

    def save(
        self, song: str, lyrics: Lyrics, author: str, note: str = "", expected: int | None = None
    ) -> LyricsVersion:
        """What a person saved. Raise StaleLyricsError when somebody else saved since `expected`."""
        held = self.shelf.current(song)
        kept = edited(held.lyrics if held else None, lyrics)
        return self.shelf.add(self._next(song, kept, author, note, held), expected)

    def offer(self, song: str, found: Lyrics, author: str, note: str = "", *, sure: bool = True) -> LyricsVersion:
        """What a machine found: applied where nothing of a human and nothing better is lost, otherwise proposed."""
        held = self.shelf.current(song)
        current = held.lyrics if held else None
        if sure and may_replace(current, found):
            return self.shelf.add(self._next(song, found, author, note, held))
        both = merged(current, found) if current else found
        offered = self._next(song, both, author, note, held)
        return self.shelf.add(replace(offered, state=VersionState.PROPOSED))

    def accept(self, song: str, number: int, author: str) -> LyricsVersion:
        """Apply a proposal as a new version; lines a human changed since it was made stay."""
        proposal = self._proposal(song, number)
        held = self.shelf.current(song)
        both = merged(held.lyrics, proposal.lyrics) if held else proposal.lyrics
        applied = self.shelf.add(self._next(song, both, author, f"Accepted version {number}", held))
        self.shelf.mark(song, number, VersionState.ACCEPTED)
        return applied

    def decline(self, song: str, number: int) -> LyricsVersion:
        self._proposal(song, number)
        return self.shelf.mark(song, number, VersionState.DECLINED)

    def revert(self, song: str, number: int, author: str, expected: int | None = None) -> LyricsVersion:
        """Make an earlier version the current one again, as a new version."""
        earlier = self.version(song, number)
        held = self.shelf.current(song)
        return self.shelf.add(self._next(song, earlier.lyrics, author, f"Back to version {number}", held), expected)

    def shift(self, song: str, offset: float, author: str, line: int | None = None) -> LyricsVersion:
        """Set the offset of the whole song, or of one line (counted from 0); 0 resets it."""
        held = self.current(song)
        lines = list(held.lyrics.lines)
        if line is None:
            moved = replace(held.lyrics, offset=offset)
        elif 0 <= line < len(lines):
            lines[line] = replace(lines[line], offset=offset)
            moved = replace(held.lyrics, lines=tuple(lines))
        else:
            raise NotFoundError(f"There is no line {line}.", advice=f"The song has {len(lines)} lines.")
        return self.shelf.add(self._next(song, moved, author, f"Offset {offset:+.3f} s", held), held.number)

    def forget(self, song: str) -> None:
        self.shelf.forget(song)

    def _proposal(self, song: str, number: int) -> LyricsVersion:
        found = self.version(song, number)
        if found.state is not VersionState.PROPOSED:
            raise ConflictError(f"Version {number} is not on offer: it is {found.state}.")
        return found

    def _next(self, song: str, lyrics: Lyrics, author: str, note: str, held: LyricsVersion | None) -> LyricsVersion:
        """The version to keep next; the shelf gives it its number."""
        base = held.number if held else 0
        return LyricsVersion(song, 0, lyrics, author, self.clock.now(), note=note, base=base)
