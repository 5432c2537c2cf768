"""Passwords: argon2id for what we hash, and the forms other programs left behind, to be read once and replaced."""

import hashlib
import hmac
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher as Argon2
from argon2.exceptions import InvalidHashError, VerificationError

from harmonix_splitter.errors import TooManyRequestsError

# The smallest set OWASP recommends: about 50 ms and 19 MiB a time.
_TIME_COST, _MEMORY_KIB, _PARALLEL = 2, 19 * 1024, 1
_MOST_ROUNDS = 2_000_000
_BCRYPT_READS = 72


class Passwords:
    """At most `at_once` hashes run together; others wait, and after `patience` seconds are turned away."""

    def __init__(self, at_once: int = 2, patience: float = 10.0) -> None:
        self._argon2 = Argon2(time_cost=_TIME_COST, memory_cost=_MEMORY_KIB, parallelism=_PARALLEL)
        self._lanes = threading.BoundedSemaphore(at_once)
        self._patience = patience
        self._nobody = self._argon2.hash("nobody has this password")

    def hash(self, password: str) -> str:
        with self._lane():
            return self._argon2.hash(password)

    def matches(self, password: str, stored: str) -> bool:
        with self._lane():
            if not stored:
                self._verify_argon2(password, self._nobody)
                return False
            return self._check_of(stored)(password, stored)

    def is_dated(self, stored: str) -> bool:
        try:
            return not stored.startswith("$argon2id$") or self._argon2.check_needs_rehash(stored)
        except InvalidHashError:
            return True

    def _check_of(self, stored: str) -> Callable[[str, str], bool]:
        for start, check in self._checks().items():
            if stored.startswith(start):
                return check
        return self._unreadable

    def _checks(self) -> dict[str, Callable[[str, str], bool]]:
        return {
            "$argon2": self._verify_argon2,
            "$2": _verify_bcrypt,
            "pbkdf2:": _verify_werkzeug_pbkdf2,
            "scrypt:": _verify_werkzeug_scrypt,
            "pbkdf2_sha256$": _verify_harmonix,
        }

    def _unreadable(self, password: str, _stored: str) -> bool:
        self._verify_argon2(password, self._nobody)
        return False

    def _verify_argon2(self, password: str, stored: str) -> bool:
        try:
            return self._argon2.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    @contextmanager
    def _lane(self) -> Iterator[None]:
        if not self._lanes.acquire(timeout=self._patience):
            raise TooManyRequestsError("Many people are signing in just now.", retry_after=self._patience)
        try:
            yield
        finally:
            self._lanes.release()


def _verify_bcrypt(password: str, stored: str) -> bool:
    import bcrypt

    try:
        # bcrypt never read further than 72 bytes; its newest library refuses instead of cutting.
        return bcrypt.checkpw(password.encode()[:_BCRYPT_READS], stored.encode())
    except ValueError:
        return False


def _verify_werkzeug_pbkdf2(password: str, stored: str) -> bool:
    """`pbkdf2:<hash>:<rounds>$<salt>$<hex>`"""
    try:
        method, salt, digest = stored.split("$", 2)
        _, name, rounds = method.split(":")
        return _same(hashlib.pbkdf2_hmac(name, password.encode(), salt.encode(), _bounded(rounds)), digest)
    except ValueError:
        return False


def _verify_werkzeug_scrypt(password: str, stored: str) -> bool:
    """`scrypt:<n>:<r>:<p>$<salt>$<hex>`"""
    try:
        method, salt, digest = stored.split("$", 2)
        n, r, p = (int(number) for number in method.split(":")[1:])
        memory = 132 * n * r * p
        if memory > 256 * 1024 * 1024:
            return False
        found = hashlib.scrypt(password.encode(), salt=salt.encode(), n=n, r=r, p=p, maxmem=memory, dklen=64)
        return _same(found, digest)
    except ValueError:
        return False


def _verify_harmonix(password: str, stored: str) -> bool:
    """`pbkdf2_sha256$<rounds>$<salt>$<hex>`: how users.json's two fields are kept until the first sign-in.

    The salt was used as text by some versions and as bytes by others, so both are tried.
    """
    try:
        _, rounds, salt, digest = stored.split("$", 3)
        found = [hashlib.pbkdf2_hmac("sha256", password.encode(), form, _bounded(rounds)) for form in _salts(salt)]
    except ValueError:
        return False
    return any(_same(one, digest) for one in found)


def _salts(salt: str) -> list[bytes]:
    try:
        return [salt.encode(), bytes.fromhex(salt)]
    except ValueError:
        return [salt.encode()]


def _bounded(rounds: str) -> int:
    number = int(rounds)
    if not 1 <= number <= _MOST_ROUNDS:
        raise ValueError(rounds)
    return number


def _same(found: bytes, digest: str) -> bool:
    return hmac.compare_digest(found.hex(), digest.lower()) or hmac.compare_digest(found, _base64(digest))


def _base64(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return b""
