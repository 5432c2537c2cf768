"""Chores nobody waits for: each once, a failing one forgotten, none lost when the studio closes."""

import threading

from harmonix_splitter.adapters.queues.later import ChoreThread


def test_what_was_asked_for_is_done_before_closing_returns_and_nothing_after() -> None:
    before = set(threading.enumerate())
    chores, done, first_may_end = ChoreThread(), list[str](), threading.Event()
    chores.soon("slow", lambda: first_may_end.wait(5) and done.append("slow"))
    chores.soon("next", lambda: done.append("next"))
    first_may_end.set()

    chores.close()
    chores.soon("late", lambda: done.append("late"))

    assert done == ["slow", "next"]
    assert set(threading.enumerate()) <= before


def test_a_chore_that_fails_does_not_stop_the_others() -> None:
    chores, done = ChoreThread(), list[str]()
    chores.soon("broken", lambda: 1 / 0)
    chores.soon("well", lambda: done.append("well"))

    chores.close()

    assert done == ["well"]


def test_a_chore_asked_for_twice_while_it_waits_is_done_once() -> None:
    chores, done, may_go_on = ChoreThread(), list[str](), threading.Event()
    chores.soon("before", lambda: may_go_on.wait(5) and None)
    chores.soon("again", lambda: done.append("old"))
    chores.soon("again", lambda: done.append("new"))
    may_go_on.set()

    chores.close()

    assert done == ["new"]
