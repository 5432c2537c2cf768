"""A user: a name, a role, and what may be said about them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from harmonix_splitter.errors import InvalidRequestError

SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 1024
LONGEST_NAME, LONGEST_EMAIL, LONGEST_BIO = 64, 254, 500
_NAME = re.compile(r"[\w][\w.\-]*")
_EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+")


class Role(StrEnum):
    """What somebody may do: a guest listens, a member makes, an admin looks after the house."""

    GUEST = "guest"
    MEMBER = "member"
    ADMIN = "admin"

    def reaches(self, needed: "Role") -> bool:
        return _RANK[self] >= _RANK[needed]

    @classmethod
    def of(cls, word: str) -> "Role":
        """The role of that name; "user" is what older files call a member."""
        try:
            return cls({"user": "member"}.get(word.strip().lower(), word.strip().lower()))
        except ValueError:
            raise InvalidRequestError(
                f"There is no role {word!r}.", advice=f"Roles are {', '.join(cls)}.", role=word
            ) from None


_RANK = {Role.GUEST: 0, Role.MEMBER: 1, Role.ADMIN: 2}


@dataclass(frozen=True)
class User:
    """Somebody with an account. `name` is what they sign in with; the password's hash never travels with them.

    Their voice goes from `voice_lowest` to `voice_highest` (MIDI notes), once they told it.
    """

    id: str
    name: str
    role: Role = Role.MEMBER
    email: str = ""
    display_name: str = ""
    bio: str = ""
    avatar: str = ""
    voice_lowest: int | None = None
    voice_highest: int | None = None
    is_active: bool = True
    created_at: datetime | None = None
    last_login_at: datetime | None = None

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN

    @property
    def title(self) -> str:
        """What other people see."""
        return self.display_name or self.name

    def may(self, needed: Role) -> bool:
        return self.is_active and self.role.reaches(needed)


def folded(name: str) -> str:
    """The form names and addresses are compared in: two that look alike are one."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def checked_name(name: str) -> str:
    """A name somebody can sign in with: letters, digits, `_`, `-`, `.`; no longer than 64."""
    plain = unicodedata.normalize("NFKC", name).strip()
    if not plain or len(plain) > LONGEST_NAME or not _NAME.fullmatch(plain):
        raise InvalidRequestError(
            "That name cannot be used.",
            advice="Use up to 64 letters, digits, dots, dashes or underscores.",
            field="name",
        )
    return plain


def checked_email(email: str) -> str:
    """An address that could be one; empty is allowed, since nothing is ever mailed."""
    plain = unicodedata.normalize("NFC", email).strip()
    if plain and (len(plain) > LONGEST_EMAIL or not _EMAIL.fullmatch(plain)):
        raise InvalidRequestError("That is not an e-mail address.", field="email")
    return plain


def one_form(password: str) -> str:
    """The password as it is compared: however the keyboard composed its letters, and never unencodable."""
    return unicodedata.normalize("NFKC", password).encode(errors="replace").decode()


def checked_password(password: str) -> str:
    """The password in the one form that is hashed (NFKC), between 8 and 1024 characters."""
    try:
        plain = unicodedata.normalize("NFKC", password)
        plain.encode()
    except UnicodeEncodeError:
        raise InvalidRequestError("The password holds characters that are no text.", field="password") from None
    if not SHORTEST_PASSWORD <= len(plain) <= LONGEST_PASSWORD:
        raise InvalidRequestError(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.",
            advice="A short sentence is easy to remember and hard to guess.",
            field="password",
        )
    return plain
