"""Models stay warm, but not for ever."""

from harmonix_splitter.adapters.engines.warm import WarmModels


class Machine:
    def __init__(self) -> None:
        self.now, self.free, self.loaded = 0.0, 2**40, []

    def warm(self) -> WarmModels:
        return WarmModels(most=2, idle=100.0, clock=lambda: self.now, free_memory=lambda: self.free)

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
