"""Accounts: people, the door they come in by, the keys their programs carry, and how they join."""

from dataclasses import dataclass

from harmonix_splitter.domain.accounts import Identity
from harmonix_splitter.services.accounts.door import Door, SignedIn, Visitor
from harmonix_splitter.services.accounts.joining import Joining, Newcomer
from harmonix_splitter.services.accounts.keys import Keys
from harmonix_splitter.services.accounts.people import Imported, People, Profile


@dataclass(frozen=True)
class AccountsService:
    people: People
    door: Door
    keys: Keys
    joining: Joining

    def who(self, *, session_token: str = "", key_text: str = "") -> Identity | None:
        """Who is asking. A key that was sent decides alone, even when the browser also has a session."""
        if key_text:
            return self.keys.who(key_text)
        return self.door.who(session_token) if session_token else None


__all__ = [
    "AccountsService",
    "Door",
    "Imported",
    "Joining",
    "Keys",
    "Newcomer",
    "People",
    "Profile",
    "SignedIn",
    "Visitor",
]
