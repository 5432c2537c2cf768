"""Models stay warm, but not for ever."""

import weakref
from collections.abc import Callable

from harmonix_splitter.adapters.engines.warm import WarmModels


class Machine:
    def __init__(self) -> None:
        self.now, self.free, self.loaded = 0.0, 2**40, []
        self.planned: list[tuple[float, Callable[[], None]]] = []

    def warm(self) -> WarmModels:
        return WarmModels(
            most=2,
            idle=100.0,
            clock=lambda: self.now,
            free_memory=lambda: self.free,
            later=lambda seconds, work: self.planned.append((self.now + seconds, work)),
        )

    def wait_until(self, moment: float) -> None:
        """Time passes, and what was planned is done when its time comes."""
        while self.planned and min(self.planned)[0] <= moment:
            self.now, work = self.planned.pop(self.planned.index(min(self.planned)))
            work()
        self.now = moment

    def load(self, name: str) -> str:
        self.loaded.append(name)
        return f"model {name}"


def test_a_model_is_loaded_once() -> None:
    machine = Machine()
    warm = machine.warm()

    answers = [warm.get("a", lambda: machine.load("a")) for _ in range(3)]

    assert answers == ["model a"] * 3
    assert machine.loaded == ["a"]


def test_idle_models_and_the_oldest_of_many_are_let_go() -> None:
    machine = Machine()
    warm = machine.warm()

    for name, moment in (("a", 0), ("b", 10), ("c", 20), ("b", 30), ("b", 200), ("c", 201)):
        machine.now = moment
        warm.get(name, lambda name=name: machine.load(name))

    assert machine.loaded == ["a", "b", "c", "c"]


def test_only_the_model_in_use_is_kept_when_memory_is_short() -> None:
    machine = Machine()
    warm = machine.warm()
    warm.get("a", lambda: machine.load("a"))

    machine.free = 10**6
    warm.get("b", lambda: machine.load("b"))
    machine.free = 2**40
    warm.get("a", lambda: machine.load("a"))

    assert machine.loaded == ["a", "b", "a"]


class Heavy:
    """Something whose end can be seen."""


def test_a_model_nobody_asks_for_is_let_go_when_its_time_is_over() -> None:
    machine = Machine()
    warm = machine.warm()
    seen = weakref.ref(warm.get("a", Heavy))
    machine.wait_until(60.0)
    warm.get("a", Heavy)

    machine.wait_until(150.0)
    kept = seen() is not None
    machine.wait_until(161.0)

    assert kept
    assert seen() is None
    assert not machine.planned
