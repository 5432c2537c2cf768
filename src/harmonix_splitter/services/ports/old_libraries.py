"""What other programs left behind."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True)
class OldWords:
    """Lyrics as they lie there: what they are called, and their text, JSON or LRC, good or not."""

    name: str
    text: str


@dataclass(frozen=True)
class OldItem:
    """Stems of one song as an older program kept them. `is_truncated`: its metadata cannot be read.

    `facts` are as the program named them; tempo, key, chords and so on are in `music_info`. Of several `words` the
    best come first.
    """

    folder: Path
    video_id: str
    title: str
    user: str
    original: Path | None
    stems: Mapping[str, Path]
    facts: Mapping[str, Any] = field(default_factory=dict)
    is_truncated: bool = False
    words: tuple[OldWords, ...] = ()


@dataclass(frozen=True)
class OldLink:
    user: str
    video_id: str
    display_name: str
    linked_at: str = ""


class OldLibrary(Protocol):
    def items(self) -> Iterator[OldItem]:
        """Everything that has at least one stem; unreadable metadata hides nothing."""
        ...

    def links(self) -> Iterator[OldLink]:
        """What users linked to, as another program wrote it; our own link files say nothing new."""
        ...

    def looked_for(self) -> tuple[str, ...]:
        """The places where songs would have been found."""
        ...


class HandPlaced(Protocol):
    """Songs put into the library's folder by hand, `<video id>/<Name>_<stem>.<ext>`, as the documents show it."""

    def folders(self) -> Iterator[str]:
        """The video ids of all folders that have nothing of ours in them, in order."""
        ...

    def song(self, video_id: str) -> OldItem | None:
        """What was put there; None where there are no stems, or stems of ours. StorageError: it cannot be read."""
        ...
