"""Sessions under random kills: every answer any node gave must follow from one order of all that happened."""

import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import redis

from tests.faults.share_history import Step, explained, steps_from

NODES, KILLS, SEED = 3, 4, 7


@pytest.mark.redis
def test_what_killed_and_living_nodes_were_told_is_explained_by_one_order(tmp_path: Path, redis_url: str) -> None:
    redis.Redis.from_url(redis_url).flushall()
    chance = random.Random(SEED)
    diaries = [tmp_path / f"{number}.txt" for number in range(NODES + KILLS)]
    living = [_node(redis_url, diary) for diary in diaries[:NODES]]
    for diary in diaries[NODES:]:
        victim, written = living.pop(chance.randrange(NODES))
        _until_written(written, chance.randint(20, 90))
        victim.kill()
        victim.wait()
        living.append(_node(redis_url, diary))
    for node, _ in living:
        assert node.wait(timeout=120) == 0

    steps = steps_from(diaries)

    assert len(steps) > 100
    assert explained(steps)
    told = next(step for step in steps if "duplicate=False" in step.answer)
    lie = replace(told, answer=told.answer.replace("duplicate=False", "duplicate=True"))
    assert not explained([lie if step is told else step for step in steps])


def _node(redis_url: str, diary: Path) -> tuple["subprocess.Popen[bytes]", Path]:
    command = [sys.executable, "-m", "tests.faults.share_history", redis_url, str(diary), diary.stem]
    return subprocess.Popen(command), diary


def _until_written(diary: Path, lines: int) -> None:
    for _ in range(6_000):
        if diary.exists() and len(diary.read_text().splitlines()) >= lines:
            return
        time.sleep(0.01)
    raise AssertionError("the node does nothing")


NOW = 1_700_000_000_000
BEGUN = Step(("start", NOW), 0, 1, str(NOW))
KEPT = f"Appended(buffered=True, duplicate=False, epoch={NOW})"
SERVED = "Served(chunks=({}), epoch=" + str(NOW) + ", head={})"


def _chunk(number: int, sound: str = "00000000") -> str:
    return f"Chunk(sequence={number}, payload=b'{sound}', sample_rate=44100, channels=2, timestamp=0, received={NOW})"


def _posted(number: int, since: float, until: float = float("inf"), sound: str = "00000000") -> Step:
    answer = KEPT if until < float("inf") else ""
    return Step(("append", NOW, number, sound), since, until, answer)


def _read(answer: str, since: float, until: float) -> Step:
    return Step(("chunks", NOW, -1), since, until, answer)


def test_true_histories_are_explained() -> None:
    late = _read(SERVED.format(f"{_chunk(0)},", 0), 4, 5)
    assert explained([BEGUN, _posted(0, 2, 3), late])
    assert explained([BEGUN, _posted(0, 2), late]), "cut off, but done"
    assert explained([BEGUN, _posted(0, 2), _read(SERVED.format("", -1), 4, 5)]), "cut off, and not done"
    assert explained([BEGUN, _posted(0, 2, 6), _read(SERVED.format("", -1), 4, 5), replace(late, since=4.5, until=7)])


@pytest.mark.parametrize(
    "lie",
    [
        [_posted(0, 2, 3), _read(SERVED.format("", -1), 4, 5)],
        [_posted(0, 2, 3), _read(SERVED.format(f"{_chunk(0, '11111111')},", 0), 4, 5)],
        [_posted(0, 2, 3), _posted(1, 2, 3), _read(SERVED.format(f"{_chunk(1)}, {_chunk(0)}", 1), 4, 5)],
        [_posted(0, 2, 3), _posted(1, 2, 3), _read(SERVED.format(f"{_chunk(1)},", 1), 4, 5)],
        [_posted(0, 2, 3), _posted(0, 2, 3)],
        [Step(("start", NOW + 5), 2, 3, str(NOW + 5))],
    ],
    ids=["lost", "another sound", "out of order", "a hole", "kept twice", "two owners"],
)
def test_false_histories_are_not(lie: list[Step]) -> None:
    assert not explained([BEGUN, *lie])
