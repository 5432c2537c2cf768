"""Unguessable words, and text that proves who wrote it."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime

from harmonix_splitter.errors import NotAllowedError

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


class RandomSecrets:
    def token(self) -> str:
        return secrets.token_urlsafe(32)

    def short_id(self) -> str:
        return "".join(secrets.choice(_LETTERS) for _ in range(16))

    def fingerprint(self, token: str) -> str:
        # Tokens are 256 random bits: a plain hash is enough, there is nothing to guess.
        return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()

    def same(self, one: str, other: str) -> bool:
        return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))


class SignedText:
    """`<subject>.<until>.<HMAC-SHA-256>`, the purpose mixed into the signature."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def sign(self, purpose: str, subject: str, until: datetime) -> str:
        body = f"{_text64(subject.encode())}.{int(until.timestamp())}"
        return f"{body}.{self._signature(purpose, body)}"

    def read(self, purpose: str, signed: str, now: datetime) -> str:
        body, _, signature = signed.rpartition(".")
        expected = self._signature(purpose, body)
        if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "surrogatepass")):
            raise NotAllowedError("This link was not made here.")
        subject, _, until = body.partition(".")
        if now >= datetime.fromtimestamp(int(until), UTC):
            raise NotAllowedError("This link is over.", advice="Ask whoever sent it for a new one.")
        return urlsafe_b64decode(subject + "=" * (-len(subject) % 4)).decode()

    def _signature(self, purpose: str, body: str) -> str:
        text = f"{purpose}\x00{body}".encode("utf-8", "surrogatepass")
        return _text64(hmac.digest(self._key, text, "sha256"))


def _text64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
