"""Who is asking, looked up once in a while and not at every request."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass

from anyio import to_thread

from harmonix_splitter.api.gate.headers import cookies, text
from harmonix_splitter.domain.accounts import Identity
from harmonix_splitter.domain.accounts.keys import KEY_PREFIX
from harmonix_splitter.services.accounts import AccountsService

# A session that ended elsewhere, or a key that was removed, opens nothing after this long.
BELIEVED_FOR = 1.5
_MOST_BELIEVED = 10_000
PROOFS = (b"authorization", b"x-api-key", b"cookie")


@dataclass(frozen=True)
class Shown:
    """What a request shows to prove who sent it."""

    session_token: str = ""
    key_text: str = ""

    def __bool__(self) -> bool:
        return bool(self.session_token or self.key_text)


class Identities:
    def __init__(self, accounts: AccountsService) -> None:
        self._accounts = accounts
        self._believed: OrderedDict[bytes, tuple[float, Identity | None]] = OrderedDict()
        self.version = 0

    async def behind(self, given: dict[bytes, bytes], now: float) -> Identity | None:
        """Who sent these headers. They are read apart only when nobody remembers them."""
        proofs = [given.get(name, b"") for name in PROOFS]
        if not any(proofs):
            return None
        name = hashlib.sha256(b"\n".join(proofs)).digest()
        found = self._believed.get(name)
        if found is not None and now - found[0] < BELIEVED_FOR:
            return found[1]
        return await self._asked(name, shown_by(given), now)

    async def of(self, shown: Shown, now: float) -> Identity | None:
        name = hashlib.sha256(f"{shown.session_token}\x00{shown.key_text}".encode("utf-8", "replace")).digest()
        found = self._believed.get(name)
        if found is not None and now - found[0] < BELIEVED_FOR:
            return found[1]
        return await self._asked(name, shown, now)

    def forget(self) -> None:
        """Believe nothing any more: somebody signed out, or changed."""
        self.version += 1
        self._believed.clear()

    async def _asked(self, name: bytes, shown: Shown, now: float) -> Identity | None:
        version = self.version
        identity = await to_thread.run_sync(self._look_up, shown) if shown else None
        if version == self.version:  # else it was read before somebody signed out, and may be wrong by now
            self._believed[name] = (now, identity)
            self._believed.move_to_end(name)
            if len(self._believed) > _MOST_BELIEVED:
                self._believed.popitem(last=False)
        return identity

    def _look_up(self, shown: Shown) -> Identity | None:
        return self._accounts.who(session_token=shown.session_token, key_text=shown.key_text)


def shown_by(given: dict[bytes, bytes]) -> Shown:
    """A key in `Authorization: Bearer hx_…` or `X-API-Key`, else the session's cookie."""
    scheme, _, word = text(given, b"authorization").partition(" ")
    key = word.strip() if scheme.lower() == "bearer" and word.strip().startswith(f"{KEY_PREFIX}_") else ""
    jar = cookies(given)
    token = jar.get(session_cookie(is_tls=True)) or jar.get(session_cookie(is_tls=False), "")
    return Shown(token, key or text(given, b"x-api-key"))


def session_cookie(*, is_tls: bool) -> str:
    """Over TLS the name itself forbids anybody but this very host to set it."""
    return "__Host-harmonix" if is_tls else "harmonix"
