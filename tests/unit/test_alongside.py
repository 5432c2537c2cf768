"""Reading ahead and writing behind: nothing lost, nothing out of order, no error swallowed."""

from collections.abc import Iterator
from threading import Event

import numpy as np
import pytest

from harmonix_splitter.errors import AudioError, StorageError
from harmonix_splitter.services.ports.media import Samples
from harmonix_splitter.services.separation.alongside import Behind, ahead


def counted(count: int) -> Iterator[Samples]:
    for number in range(count):
        yield np.full((4, 2), number, np.float32)


@pytest.mark.parametrize("count", [0, 1, 3, 40])
def test_blocks_read_ahead_come_all_and_in_order(count: int) -> None:
    heard = [int(block[0, 0]) for block in ahead(counted(count), 8)]

    assert heard == list(range(count))


def test_only_a_few_blocks_are_read_before_they_are_asked_for() -> None:
    read = []

    def watched() -> Iterator[Samples]:
        for block in counted(40):
            read.append(block)
            yield block

    blocks = ahead(watched(), 8)
    next(blocks)
    blocks.close()

    assert len(read) <= 9


def test_a_damaged_file_is_reported_to_whoever_reads() -> None:
    def damaged() -> Iterator[Samples]:
        yield from counted(3)
        raise AudioError("This file breaks off.")

    with pytest.raises(AudioError):
        list(ahead(damaged()))


def test_what_is_written_behind_is_written_in_order_and_before_the_end() -> None:
    written: list[int] = []

    with Behind() as behind:
        for number in range(20):
            behind.do(lambda number=number: written.append(number))

    assert written == list(range(20))


def failing() -> None:
    raise StorageError("The disk is full.")


def test_a_full_disk_behind_is_raised_at_the_next_piece_or_at_the_end() -> None:
    with pytest.raises(StorageError), Behind() as behind:
        behind.do(failing)
        behind.do(lambda: None)

    with pytest.raises(StorageError), Behind() as behind:
        behind.do(failing)


def test_nothing_is_under_way_after_a_failure_elsewhere() -> None:
    begun, done = Event(), Event()

    def slow() -> None:
        begun.wait(5)
        done.set()

    with pytest.raises(AudioError), Behind() as behind:
        behind.do(slow)
        begun.set()
        raise AudioError("There is no sound in this file.")

    assert done.is_set()
