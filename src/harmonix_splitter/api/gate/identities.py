"""Who is asking, looked up once in a while and not at every request."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass

from anyio import to_thread

from harmonix_splitter.domain.accounts import Identity
from harmonix_splitter.services.accounts import AccountsService

# A session that ended elsewhere, or a key that was removed, opens nothing after this long.
BELIEVED_FOR = 2.0
_MOST_BELIEVED = 10_000


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

    async def of(self, shown: Shown, now: float) -> Identity | None:
        name = hashlib.sha256(f"{shown.session_token}\x00{shown.key_text}".encode("utf-8", "replace")).digest()
        found = self._believed.get(name)
        if found is not None and now - found[0] < BELIEVED_FOR:
            return found[1]
        identity = await to_thread.run_sync(self._look_up, shown)
        self._believed[name] = (now, identity)
        self._believed.move_to_end(name)
        if len(self._believed) > _MOST_BELIEVED:
            self._believed.popitem(last=False)
        return identity

    def forget(self) -> None:
        """Believe nothing any more: somebody signed out, or changed."""
        self._believed.clear()

    def _look_up(self, shown: Shown) -> Identity | None:
        return self._accounts.who(session_token=shown.session_token, key_text=shown.key_text)
