"""Asked twice, done once: a request with an Idempotency-Key is answered as it was the first time."""

from dataclasses import dataclass, replace
from datetime import timedelta

from harmonix_splitter.errors import ConflictError, KeyReusedError
from harmonix_splitter.services.ports.clock import Clock
from harmonix_splitter.services.ports.idempotency import KeptAnswer, KeptAnswers

KEPT_FOR = timedelta(hours=24)
GIVEN_UP_AFTER = timedelta(minutes=10)
"""Whoever has not answered by then died over it."""


@dataclass(frozen=True)
class RepeatsService:
    record: KeptAnswers
    clock: Clock

    def begin(self, owner: str, key: str, fingerprint: str) -> KeptAnswer | None:
        """None: go ahead. Else the answer to give again; raise KeyReusedError for another request under the same key
        and ConflictError while the first is being answered."""
        now = self.clock.now()
        known = self.record.begin(owner, key, fingerprint, now, now - KEPT_FOR)
        if known is not None and known.status is None and now - known.begun_at > GIVEN_UP_AFTER:
            self.record.drop(owner, key)
            known = self.record.begin(owner, key, fingerprint, now, now - KEPT_FOR)
        if known is None:
            return None
        if known.fingerprint != fingerprint:
            raise KeyReusedError(
                "This Idempotency-Key belongs to another request.", advice="Choose a new key for each thing to do."
            )
        if known.status is None:
            raise ConflictError("The first request with this key is still being answered.", advice="Ask again soon.")
        return known

    def finish(self, owner: str, key: str, status: int, media_type: str, body: bytes) -> None:
        answer = KeptAnswer("", self.clock.now())
        self.record.finish(owner, key, replace(answer, status=status, media_type=media_type, body=body))

    def drop(self, owner: str, key: str) -> None:
        """It failed, so nothing was done: it may be tried again under its key."""
        self.record.drop(owner, key)
