"""Where the index of the shared library is kept. It can always be rebuilt from the manifests."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from harmonix_splitter.domain.cuts import Cut
from harmonix_splitter.domain.library import ItemStatus, LibraryItem, Recording


@dataclass(frozen=True)
class ItemQuery:
    """Which items, in which order: sort is title, artist, recent, usage, duration or size."""

    words: str = ""
    sort: str = "recent"
    descending: bool = True
    status: ItemStatus | None = ItemStatus.PUBLISHED
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True)
class LibraryNumbers:
    """Of what plays. `links` are people using items, counted as each item's `usage` is: who has an item under two
    songs uses it once."""

    items: int
    bytes: int
    links: int
    users: int
    archived: int
    by_usage: dict[str, int]


@dataclass(frozen=True)
class Rating:
    item_id: str
    user_id: str
    stars: int
    comment: str
    rated_at: datetime


class LibraryRepository(Protocol):
    """The index of recordings and items. Unknown ids raise NotFoundError."""

    def item(self, item_id: str) -> LibraryItem: ...

    def items(self, item_ids: Iterable[str]) -> list[LibraryItem]:
        """Those of these items there are, in no order."""
        ...

    def item_of(self, source_key: str, recipe_key: str) -> LibraryItem | None:
        """The newest published item of whatever recording this source is known to be, in this recipe."""
        ...

    def items_of(self, recording_id: str) -> list[LibraryItem]: ...

    def find(self, query: ItemQuery) -> list[LibraryItem]: ...

    def count(self, query: ItemQuery) -> int: ...

    def put(self, item: LibraryItem) -> LibraryItem:
        """Insert or refresh by id. Published items of the same recipe with a lower version are EARLIER from then on."""
        ...

    def set_status(self, item_id: str, status: ItemStatus, now: datetime) -> None: ...

    def pin(self, item_id: str, pinned: bool) -> None: ...

    def used(self, item_ids: Iterable[str], now: datetime) -> None:
        """These items were played or linked just now."""
        ...

    def recount(self) -> int:
        """Count every item's links again; how many counts were wrong. They are counted with every change anyway."""
        ...

    def forget(self, item_id: str) -> None: ...

    def recording(self, recording_id: str) -> Recording: ...

    def recording_of(self, source_key: str) -> tuple[Recording, float] | None:
        """The recording a source is known to be, and how many seconds later it starts in it."""
        ...

    def put_recording(self, recording: Recording, marks: Iterable[int] = ()) -> Recording:
        """Insert or refresh by id, and remember that its own source is it."""
        ...

    def know_as(self, source_key: str, recording_id: str, offset: float, duration: float | None = None) -> None:
        """A source is this recording from second `offset` on, and lasts `duration`."""
        ...

    def cut_of(self, source_key: str, item_id: str) -> Cut | None:
        """The cut that a source is of an item's recording; None when it is the whole, or not known to be it at all."""
        ...

    def save_analysis(self, recording_id: str, document: dict[str, Any]) -> None: ...

    def with_hash(self, audio_hash: str) -> Recording | None: ...

    def with_marks(self, marks: Iterable[int], at_most: int = 5) -> list[Recording]:
        """The recordings sharing the most fingerprint marks, best first."""
        ...

    def numbers(self) -> LibraryNumbers: ...

    def unused_since(self, moment: datetime) -> list[LibraryItem]:
        """Playable, unlinked, unpinned items last used before, the longest unused first."""
        ...

    def rate(self, rating: Rating) -> None: ...

    def ratings(self, item_id: str) -> list[Rating]: ...

    def worst_rated(self, limit: int) -> list[tuple[LibraryItem, float, int]]: ...
