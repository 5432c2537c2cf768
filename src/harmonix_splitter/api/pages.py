"""Which page of a list, in which order: read the same way everywhere."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal, Self

from fastapi import Depends, Query

from harmonix_splitter.services.ports.songs import SongQuery

_SORTS = {"dateAdded": "date_added"}


@dataclass(frozen=True)
class Page:
    limit: Annotated[int, Query(ge=1, le=1000)] = 50
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0
    sort: Annotated[str, Query(max_length=40)] = ""
    direction: Literal["asc", "desc", ""] = ""

    def at_most(self, most: int) -> Self:
        """As the documents' lists have it: who asks for more gets so many, and the page tells it."""
        return replace(self, limit=min(self.limit, most))

    def songs(self, owner_id: str, words: str = "", artist: str = "") -> SongQuery:
        """This page of somebody's songs; by title unless asked otherwise."""
        sort = _SORTS.get(self.sort, self.sort) or "title"
        return SongQuery(owner_id, words, artist, sort, self.direction == "desc", self.limit, self.offset)


@dataclass(frozen=True)
class SearchPage(Page):
    limit: Annotated[int, Query(ge=1, le=1000)] = 20


ThePage = Annotated[Page, Depends()]
TheSearchPage = Annotated[SearchPage, Depends()]
Words = Annotated[str, Query(max_length=300)]
