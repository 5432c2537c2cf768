"""Who is asking, remembered for seconds: never longer than until somebody signs out."""

import asyncio
import threading
from typing import Any

from harmonix_splitter.api.gate.identities import BELIEVED_FOR, Identities, Shown

ANNA: Any = object()
COOKIE = {b"cookie": b"harmonix=token"}


class Accounts:
    """Knows one session; `asked` says how often it was looked up."""

    def __init__(self) -> None:
        self.asked = 0
        self.knows = True
        self.looking, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()

    def who(self, *, session_token: str = "", key_text: str = "") -> Any:
        self.asked += 1
        known = ANNA if self.knows and session_token == "token" else None
        self.looking.set()
        self.go_on.wait(10)
        return known


def identities(accounts: Accounts) -> Identities:
    return Identities(accounts)  # type: ignore[arg-type]


async def test_a_session_is_looked_up_once_in_a_while() -> None:
    accounts = Accounts()
    known = identities(accounts)

    found = [await known.behind(COOKIE, now) for now in (0.0, 0.5, BELIEVED_FOR - 0.1)]
    later = await known.behind(COOKIE, BELIEVED_FOR + 0.1)

    assert [*found, later] == [ANNA] * 4
    assert accounts.asked == 2


async def test_nobody_is_not_looked_up() -> None:
    accounts = Accounts()

    assert await identities(accounts).behind({b"host": b"x"}, 0.0) is None
    assert await identities(accounts).behind({b"cookie": b"theme=dark"}, 0.0) is None
    assert accounts.asked == 0


async def test_signing_out_is_believed_at_once_even_while_somebody_was_being_looked_up() -> None:
    accounts = Accounts()
    known = identities(accounts)
    accounts.go_on.clear()
    started = asyncio.create_task(known.behind(COOKIE, 0.0))
    await asyncio.to_thread(accounts.looking.wait, 10)

    accounts.knows = False
    known.forget()
    accounts.go_on.set()
    await started

    assert await known.behind(COOKIE, 0.1) is None


async def test_what_a_socket_says_first_counts_like_a_header() -> None:
    assert await identities(Accounts()).of(Shown("token"), 0.0) is ANNA
