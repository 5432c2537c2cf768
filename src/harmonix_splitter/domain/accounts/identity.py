"""Who is asking, and what proved it."""

from dataclasses import dataclass
from enum import StrEnum

from harmonix_splitter.domain.accounts.keys import Scope
from harmonix_splitter.domain.accounts.users import Role, User
from harmonix_splitter.errors import NotAllowedError


class Proof(StrEnum):
    SESSION = "session"
    KEY = "key"


@dataclass(frozen=True)
class Identity:
    """A user and the proof they came with. A session opens everything the role does, a key only its scopes."""

    user: User
    proof: Proof = Proof.SESSION
    scopes: frozenset[Scope] = frozenset(Scope)
    session_id: str = ""

    def require(self, role: Role, scope: Scope) -> User:
        """The user, or NotAllowedError that says whether the role or the key's scope is missing."""
        if not self.user.may(role):
            raise NotAllowedError(
                "Your account may not do this.", advice="Ask an administrator.", needs_role=role.value
            )
        if scope not in self.scopes:
            raise NotAllowedError(
                f"This API key lacks the scope {scope.value!r}.",
                advice="Make a key that has it.",
                needs_scope=scope.value,
            )
        return self.user
