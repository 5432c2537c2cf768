"""Whose `library_links.json` lies in which folder: that of the user's name, where people and other programs look."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from harmonix_splitter.domain.accounts import User, folded
from harmonix_splitter.domain.link_notes import note_folder
from harmonix_splitter.errors import HarmonixError, NotFoundError
from harmonix_splitter.services.ports.accounts import AccountNames
from harmonix_splitter.services.ports.storage import LinkNotes

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LinkFolders:
    """Names are unique however they are capitalised, so two users never share a folder, on any file system."""

    users: AccountNames
    notes: LinkNotes

    def of(self, owner_id: str) -> str:
        """Songs of somebody without an account wait under the bare name, until an account takes it: empty then."""
        user = self._account(owner_id)
        if user is not None:
            return note_folder(user.id, user.name)
        return "" if self._is_a_name(owner_id) else owner_id

    def is_followed(self, owner_id: str) -> bool:
        """Without an account only a note that is there is written on: the account may have been deleted."""
        folder = self.of(owner_id)
        return bool(folder) and (self._account(owner_id) is not None or self.notes.is_there(folder))

    def strays(self) -> list[str]:
        """The users whose note lies in a folder of their id, as earlier versions wrote it."""
        return [folder for folder in self.notes.folders() if self.is_stray(folder)]

    def is_stray(self, user_id: str) -> bool:
        return self.notes.is_there(user_id) and self.of(user_id) not in {"", user_id} and not self._is_a_name(user_id)

    def gather(self, user_id: str) -> bool:
        """Take such a note to the folder of the name; whether there was one."""
        is_stray = self.is_stray(user_id)
        if is_stray:
            self.notes.move(user_id, self.of(user_id))
        return is_stray

    def renamed(self, user: User, earlier_name: str) -> None:
        with _or_told(user):
            self.gather(user.id)
            self.notes.move(note_folder(user.id, earlier_name), note_folder(user.id, user.name))

    def removed(self, user: User) -> None:
        with _or_told(user):
            self.notes.forget(note_folder(user.id, user.name))
            if not self._is_a_name(user.id):
                self.notes.forget(user.id)

    def _account(self, user_id: str) -> User | None:
        try:
            return self.users.get(user_id)
        except NotFoundError:
            return None

    def _is_a_name(self, word: str) -> bool:
        found = self.users.named(word)
        return found is not None and folded(found[0].name) == folded(word)


@contextmanager
def _or_told(user: User) -> Iterator[None]:
    try:
        yield
    except HarmonixError as refused:
        told = {"user": user.id, "reason": refused.message}
        logger.warning("a user's library links could not follow the account", extra=told)
