"""The way of a player's next range: past the gate and the router, for whoever was let in there a moment ago.

A player asks for the same sound in hundreds of small parts. A request with the same proofs for the same address as one
that went the long way just now is answered from the same open file by the same rules of ranges; whatever is no plain
part of a sound goes the long way itself.
"""

import hashlib
import time
from collections import OrderedDict
from typing import NamedTuple

from starlette.types import ASGIApp, Receive, Scope, Send

from harmonix_splitter.api.byte_ranges import PART, WHOLE_OK
from harmonix_splitter.api.file_answers import FileAnswer
from harmonix_splitter.api.gate import Gate
from harmonix_splitter.api.gate.headers import FOR_SOUND, all_headers
from harmonix_splitter.api.gate.identities import PROOFS
from harmonix_splitter.api.request_log import note, request_id

SOUND = "harmonix.sound"
"""Where an endpoint leaves the answer that may be given again."""
BELIEVED_FOR = 0.5
_MOST = 64
_TOLD_BY = (*PROOFS, b"host")


class Passed(NamedTuple):
    """Somebody was let in to this sound, at this moment and by what was known of people then."""

    answer: FileAnswer
    at: float
    version: int


class SoundLane:
    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self.app, self.gate = app, gate
        self._passed: OrderedDict[bytes, Passed] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or b"range" not in all_headers(scope):
            await self.app(scope, receive, send)
            return
        name, now, version = _name_of(scope), time.monotonic(), self.gate.identities.version
        known = self._passed.get(name)
        is_believed = known is not None and now - known.at < BELIEVED_FOR and known.version == version
        if known is not None and is_believed and await self._again(known.answer, scope, send):
            return
        await self.app(scope, receive, send)
        answer = scope.get(SOUND)
        if answer is not None and self.gate.house.proxy is None:
            self._passed[name] = Passed(answer, now, version)
            self._passed.move_to_end(name)
            if len(self._passed) > _MOST:
                self._passed.popitem(last=False)

    async def _again(self, answer: FileAnswer, scope: Scope, send: Send) -> bool:
        """Whether it was answered."""
        began, given = time.perf_counter(), all_headers(scope)
        decision = answer.decision(given)
        if decision.status not in {WHOLE_OK, PART}:
            return False
        name = request_id(given)
        headers = [*decision.headers, *FOR_SOUND, (b"x-request-id", name)]
        await answer.send(decision, headers, send)
        note(scope, decision.status, time.perf_counter() - began, name)
        return True


def _name_of(scope: Scope) -> bytes:
    """Two requests of one name show the same proofs to the same house for the same sound."""
    given = all_headers(scope)
    about = [scope["path"].encode("utf-8", "surrogateescape"), scope["query_string"]]
    about += [given.get(header, b"") for header in _TOLD_BY]
    return hashlib.sha256(b"\x00".join(about)).digest()
