"""Whose turn it is: who sang least goes first, the host's hand on top."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

PAUSE_BETWEEN = 20.0
"""Seconds from the end of one song to the start of the next."""


class Waiting(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def singer_id(self) -> str: ...
    @property
    def wished_at(self) -> float: ...
    @property
    def pinned(self) -> int | None: ...
    @property
    def duration(self) -> float: ...


Turns = TypeVar("Turns", bound=Waiting)


def rotation(turns: Sequence[Turns], taken: Mapping[str, int]) -> list[Turns]:
    """The waiting turns in the order they will be sung.

    A singer's first wish ranks with the turns they have taken tonight, their second one higher, and so on; equals go by
    the time they asked. A turn the host put somewhere (`pinned`) stays at that place.
    """
    mine: dict[str, int] = defaultdict(int)
    ranked: list[tuple[int, float, str, Turns]] = []
    for turn in sorted(turns, key=lambda each: (each.wished_at, each.id)):
        if turn.pinned is None:
            ranked.append((taken.get(turn.singer_id, 0) + mine[turn.singer_id], turn.wished_at, turn.id, turn))
        mine[turn.singer_id] += 1
    order = [entry[-1] for entry in sorted(ranked, key=lambda entry: entry[:3])]
    for turn in sorted((each for each in turns if each.pinned is not None), key=lambda each: (each.pinned, each.id)):
        order.insert(min(turn.pinned or 0, len(order)), turn)
    return order


def waiting_times(order: Sequence[Waiting], left_on_stage: float) -> dict[str, float]:
    """Seconds until each turn begins, when nobody is skipped."""
    times: dict[str, float] = {}
    until = left_on_stage + (PAUSE_BETWEEN if left_on_stage else 0.0)
    for turn in order:
        times[turn.id] = until
        until += turn.duration + PAUSE_BETWEEN
    return times


def fairness(turns: Mapping[str, float]) -> float:
    """How even shares are: 1 when all are equal, 1/n when one has everything."""
    shares = list(turns.values())
    total = sum(shares)
    return 1.0 if not total else total * total / (len(shares) * sum(share * share for share in shares))
