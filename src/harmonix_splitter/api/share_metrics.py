"""Live sessions in numbers, as Prometheus reads them."""

from collections.abc import Sequence

from harmonix_splitter.domain.sharing import SessionFacts
from harmonix_splitter.errors import UnavailableError
from harmonix_splitter.services.sharing import SharingService

_SUMS = ("listeners", "chunks", "bytes", "duplicates", "late")


async def share_metrics(sharing: SharingService) -> str:
    """`harmonix_share_up` is 0 while the store is out of reach: then nothing is known of the sessions."""
    try:
        sessions = await sharing.active()
    except UnavailableError:
        return _written({"up": 0})
    return _written({"up": 1, "sessions": len(sessions), **{name: _sum(sessions, name) for name in _SUMS}})


def _sum(sessions: Sequence[SessionFacts], name: str) -> int:
    """Over the sessions that run now: it falls when one ends."""
    return sum(getattr(facts, name) for facts in sessions)


def _written(figures: dict[str, int]) -> str:
    lines = [f"# TYPE harmonix_share_{name} gauge\nharmonix_share_{name} {value}" for name, value in figures.items()]
    return "\n".join(lines) + "\n"
