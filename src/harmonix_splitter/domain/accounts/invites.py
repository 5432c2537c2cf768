"""Invites: how somebody joins a studio that is not open to everyone."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from harmonix_splitter.domain.accounts.users import Role


class SignUp(StrEnum):
    """Who may make an account: everyone, whoever holds an invite, nobody."""

    OPEN = "open"
    INVITE = "invite"
    CLOSED = "closed"


@dataclass(frozen=True)
class Invite:
    """`id` is a hash of the code in the link. Each use counts down; at zero it is spent."""

    id: str
    made_by: str
    role: Role
    created_at: datetime
    expires_at: datetime
    uses_left: int = 1
    note: str = ""

    def is_usable(self, now: datetime) -> bool:
        return self.uses_left > 0 and now < self.expires_at
