"""Live sessions in numbers."""

from harmonix_splitter.adapters.share_stores.in_memory import InMemoryShareStore
from harmonix_splitter.api.share_metrics import share_metrics
from harmonix_splitter.domain.sharing import Chunk, SessionFacts
from harmonix_splitter.errors import UnavailableError
from harmonix_splitter.services.sharing import SharingService
from tests.fakes.clock import FakeClock


class LostStore(InMemoryShareStore):
    async def active(self, now: int) -> list[SessionFacts]:
        raise UnavailableError("Live sessions are out of reach for the moment.")


def sharing(store: InMemoryShareStore) -> SharingService:
    return SharingService(store, FakeClock(), lambda: "token")


async def test_running_sessions_are_counted_together() -> None:
    service = sharing(InMemoryShareStore())
    for session in ("111111", "222222"):
        await service.start(session)
        await service.post_chunk(session, "", Chunk(0, b"\0" * 80))
        await service.heard(session, "anna")
    await service.stop("222222", "")

    told = await share_metrics(service)

    assert "harmonix_share_up 1\n" in told
    assert "harmonix_share_sessions 1\n" in told
    assert "harmonix_share_listeners 1\n" in told
    assert "harmonix_share_bytes 80\n" in told


async def test_a_lost_store_is_told_as_such_and_nothing_is_made_up() -> None:
    assert await share_metrics(sharing(LostStore())) == "# TYPE harmonix_share_up gauge\nharmonix_share_up 0\n"
