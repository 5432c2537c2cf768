"""What is being rendered in the background or was, by name: asked twice, made once, told how far it is."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from fastapi import Request

from harmonix_splitter.api.documents import Answer
from harmonix_splitter.errors import HarmonixError, NotFoundError

_KEPT = 200


class RenderJob(Answer):
    id: str
    status: str
    url: str | None = None
    error: str | None = None


class RenderDesk:
    def __init__(self) -> None:
        self._tasks: dict[str, Future[Any]] = {}

    def begin(self, name: str, make: Callable[[], Any], *, is_anew: bool = False) -> RenderJob:
        """Start, unless it runs or is there; what failed is tried again, and so is what is wanted anew."""
        task = self._tasks.get(name)
        if task is None or (task.done() and (is_anew or task.exception() is not None)):
            self._tasks[name] = _started(name, make)
            self._forget_old()
        return RenderJob(id=name, status="processing")

    def job(self, name: str, url: str) -> RenderJob:
        """How far it is; `url` is told when it can be fetched. Raise NotFoundError for what nobody asked for."""
        task = self._task(name)
        if not task.done():
            return RenderJob(id=name, status="processing")
        failure = task.exception()
        if failure is not None:
            said = str(failure) if isinstance(failure, HarmonixError) else "An unexpected error happened."
            return RenderJob(id=name, status="failed", error=said)
        return RenderJob(id=name, status="completed", url=url)

    def result(self, name: str) -> Any:
        """What was made. Raise NotFoundError when it is not, or not yet."""
        task = self._task(name)
        if not task.done() or task.exception() is not None:
            raise NotFoundError("This is not ready.", advice="Ask for it first, and how far it is.")
        return task.result()

    def _task(self, name: str) -> "Future[Any]":
        task = self._tasks.get(name)
        if task is None:
            raise NotFoundError("There is no such rendering.", advice="Ask for it again: what was rendered is kept.")
        return task

    def _forget_old(self) -> None:
        for name in [name for name, task in self._tasks.items() if task.done()][:-_KEPT]:
            del self._tasks[name]


def _started(name: str, make: Callable[[], Any]) -> "Future[Any]":
    """In a thread of its own, which a stopping server does not wait for: what was half rendered is made again."""
    task: Future[Any] = Future()

    def work() -> None:
        try:
            task.set_result(make())
        except BaseException as failure:
            task.set_exception(failure)

    threading.Thread(target=work, name=f"render {name}", daemon=True).start()
    return task


def render_desk(request: Request) -> RenderDesk:
    state = request.app.state
    if not hasattr(state, "render_desk"):
        state.render_desk = RenderDesk()
    found = state.render_desk
    assert isinstance(found, RenderDesk)
    return found
