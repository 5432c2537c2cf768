"""Where rooms of karaoke nights are kept."""

from typing import Protocol

from harmonix_splitter.domain.party import Room


class RoomRepository(Protocol):
    """A room is kept whole, with a version: who saves an older one hears ConflictError and looks again."""

    def add(self, room: Room) -> None:
        """Raise ConflictError when the code is taken."""
        ...

    def by_code(self, code: str) -> Room:
        """In any case. Raise NotFoundError."""
        ...

    def save(self, room: Room) -> Room:
        """Keep this room if nobody saved since it was read; the answer has the new version. Raise ConflictError."""
        ...

    def of_owner(self, owner_id: str) -> list[Room]:
        """Open rooms, newest first."""
        ...

    def open(self) -> list[Room]:
        """Every open room."""
        ...
