"""Small stores kept in memory."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any


@dataclass
class FakeAnswers:
    kept: dict[str, Any] = field(default_factory=dict)

    def get(self, key: str, not_older_than: timedelta) -> Any | None:
        return self.kept.get(key)

    def put(self, key: str, answer: Any) -> None:
        self.kept[key] = answer

    def put_all(self, answers: Mapping[str, Any]) -> None:
        self.kept |= answers


@dataclass
class FakeCookies:
    jars: dict[str, str] = field(default_factory=dict)

    def save(self, owner_id: str, cookies: str) -> None:
        self.jars[owner_id] = cookies

    def read(self, owner_id: str) -> str:
        return self.jars.get(owner_id, "")

    def forget(self, owner_id: str) -> None:
        self.jars.pop(owner_id, None)


class AtOnce:
    """Chores are done before `soon` returns."""

    def soon(self, name: str, chore: Callable[[], object]) -> None:
        chore()

    def close(self) -> None:
        """Nothing is ever waiting."""


@dataclass
class HeardQueue:
    """A queue that only remembers which jobs it was told of."""

    woken: list[str] = field(default_factory=list)

    def wake(self, job_id: str) -> None:
        self.woken.append(job_id)
