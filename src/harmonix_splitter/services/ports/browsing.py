"""Where songs are looked up for browsing."""

from typing import Protocol

from harmonix_splitter.domain.browsing import ListedSong, MusicFacts, SongWish


class SongShelf(Protocol):
    """Songs with what was found in them, by wish. Reads only."""

    def page(self, wish: SongWish) -> list[ListedSong]:
        """The wished page in the wished order; an unknown order is the newest first."""
        ...

    def count(self, wish: SongWish) -> int:
        """How many songs fit, whatever the page."""
        ...

    def facts(self, item_id: str) -> MusicFacts:
        """What was found in an item's recording; empty facts when nothing was, or the item is unknown."""
        ...
