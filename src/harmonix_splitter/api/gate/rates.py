"""How often somebody may ask: a bucket of tokens each, refilled steadily."""

from collections import OrderedDict
from dataclasses import dataclass

from harmonix_splitter.errors import TooManyRequestsError

_MOST_BUCKETS = 20_000


@dataclass(frozen=True)
class Rate:
    """`per_second` for ever, `burst` at once. Zero per second is no limit."""

    per_second: float
    burst: float


class Rates:
    """Buckets by name. The emptiest memory is the oldest: whoever was quiet longest is forgotten first."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str, rate: Rate, now: float) -> None:
        """Take one token; raise TooManyRequestsError when there is none."""
        if not rate.per_second:
            return
        left, since = self._buckets.pop(name, (rate.burst, now))
        left = min(rate.burst, left + (now - since) * rate.per_second)
        is_empty = left < 1
        self._buckets[name] = (left if is_empty else left - 1, now)
        if len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)
        if is_empty:
            raise TooManyRequestsError("Too many requests.", retry_after=(1 - left) / rate.per_second)
