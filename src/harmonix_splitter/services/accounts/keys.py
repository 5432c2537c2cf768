"""Keys: how programs come in, in somebody's name and with less than their rights."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from harmonix_splitter.domain.accounts import ApiKey, Identity, Proof, Scope, User
from harmonix_splitter.domain.accounts.keys import key_parts, key_text, scopes_of
from harmonix_splitter.errors import ConflictError, InvalidRequestError, NotAllowedError
from harmonix_splitter.services.ports.accounts import ApiKeys, Secrets
from harmonix_splitter.services.ports.clock import Clock

USED_EVERY = timedelta(minutes=1)
KEYS_EACH, LONGEST_KEY_NAME = 50, 80


@dataclass(frozen=True)
class Keys:
    keys: ApiKeys
    secrets: Secrets
    clock: Clock

    def make(self, user: User, name: str, scopes: Iterable[str], expires_at: datetime | None) -> tuple[ApiKey, str]:
        """A new key and its text, which is never shown again."""
        wanted, now = scopes_of(scopes), self.clock.now()
        if Scope.ADMIN in wanted and not user.is_admin:
            raise NotAllowedError("Only administrators make keys with the scope 'admin'.")
        if not 0 < len(name.strip()) <= LONGEST_KEY_NAME or not name.isprintable():
            raise InvalidRequestError(f"A key has a name of up to {LONGEST_KEY_NAME} characters.", field="name")
        if expires_at is not None and expires_at <= now:
            raise InvalidRequestError("The key would have expired already.", field="expires_at")
        if len(self.keys.of(user.id)) >= KEYS_EACH:
            raise ConflictError(f"You have {KEYS_EACH} keys.", advice="Remove one you no longer use.")
        key, secret = (
            ApiKey(self.secrets.short_id(), user.id, name.strip(), wanted, now, expires_at),
            self.secrets.token(),
        )
        self.keys.add(key, self.secrets.fingerprint(secret))
        return key, key_text(key.id, secret)

    def who(self, text: str) -> Identity | None:
        """Whose key this is, or nobody: unknown, over, or the account is switched off."""
        parts = key_parts(text)
        found = self.keys.find(parts[0]) if parts else None
        if parts is None or found is None:
            return None
        key, stored, user = found
        now = self.clock.now()
        if not self.secrets.same(self.secrets.fingerprint(parts[1]), stored) or key.is_over(now) or not user.is_active:
            return None
        if key.last_used_at is None or now - key.last_used_at >= USED_EVERY:
            self.keys.used(key.id, now)
        return Identity(user, Proof.KEY, key.scopes)

    def of(self, user_id: str) -> Sequence[ApiKey]:
        return self.keys.of(user_id)

    def remove(self, user_id: str, key_id: str) -> None:
        self.keys.remove(user_id, key_id)
