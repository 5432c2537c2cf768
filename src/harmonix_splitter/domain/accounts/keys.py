"""API keys: what a program may do in somebody's name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from harmonix_splitter.errors import InvalidRequestError

KEY_PREFIX = "hx"


class Scope(StrEnum):
    """What a key opens. Nothing is implied: `write` does not read, and `admin` asks for an admin's key."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


@dataclass(frozen=True)
class ApiKey:
    """`id` is the part of the key that may be shown; of the rest only a hash is kept."""

    id: str
    user_id: str
    name: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        return self.expires_at is not None and now >= self.expires_at


def scopes_of(words: Iterable[str]) -> frozenset[Scope]:
    known = {scope.value for scope in Scope}
    wanted = set(words)
    if not wanted or not wanted <= known:
        raise InvalidRequestError(
            "A key needs scopes we know.", advice=f"Choose from {', '.join(Scope)}.", field="scopes"
        )
    return frozenset(Scope(word) for word in wanted)


def key_text(key_id: str, secret: str) -> str:
    """What the owner is shown once: `hx_<id>_<secret>`."""
    return f"{KEY_PREFIX}_{key_id}_{secret}"


def key_parts(text: str) -> tuple[str, str] | None:
    """The id and the secret, or nothing when this is no key of ours."""
    parts = text.split("_", 2)
    if len(parts) != 3 or parts[0] != KEY_PREFIX or not parts[1] or not parts[2]:
        return None
    return parts[1], parts[2]
