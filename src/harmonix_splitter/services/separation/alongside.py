"""Reading and writing alongside the work: decoding runs a little ahead of it, writing a little behind."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from harmonix_splitter.services.ports.media import Samples


def ahead(blocks: Iterator[Samples], count: int = 8) -> Iterator[Samples]:
    """The same blocks, up to `count` of them read in a thread before they are asked for; its errors arrive here."""
    with ThreadPoolExecutor(1) as pool:
        coming = deque(pool.submit(next, blocks, None) for _ in range(count))
        try:
            while (block := coming.popleft().result()) is not None:
                coming.append(pool.submit(next, blocks, None))
                yield block
        finally:
            for unread in coming:
                unread.cancel()


class Behind:
    """Does one thing at a time in a thread. What went wrong with it is raised by the next `do`, or at the end."""

    def __init__(self) -> None:
        self._pool, self._last = ThreadPoolExecutor(1), Future[None]()
        self._last.set_result(None)

    def __enter__(self) -> Self:
        return self

    def do(self, work: Callable[[], None]) -> None:
        """Wait for what is under way, then begin this."""
        self._last.result()
        self._last = self._pool.submit(work)

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Nothing is under way afterwards."""
        self._pool.shutdown(wait=True)
        if kind is None:
            self._last.result()
