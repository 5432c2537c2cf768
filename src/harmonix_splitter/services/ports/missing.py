"""What the library's items lack."""

from typing import Protocol

from harmonix_splitter.domain.jobs import Part
from harmonix_splitter.domain.library import LibraryItem


class MissingParts(Protocol):
    """Of each recording that lacks a part, one published item; none that a live job is to complete."""

    def lacking(self, part: Part, limit: int) -> list[LibraryItem]:
        """The most used first."""
        ...

    def count(self, part: Part) -> int: ...
