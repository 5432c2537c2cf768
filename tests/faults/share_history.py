"""Histories of a share store under kills, and whether one order of its steps explains every answer.

As a program it is one node: it does random things to a session and writes down, before and after each, what and when.
The in-memory store, which does one thing at a time, is the truth the answers are held against.
"""

import asyncio
import copy
import json
import random
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harmonix_splitter.adapters.share_stores.in_memory import InMemoryShareStore
from harmonix_splitter.adapters.share_stores.redis import RedisShareStore
from harmonix_splitter.domain.sharing import Chunk, ShareLimits
from harmonix_splitter.errors import HarmonixError
from harmonix_splitter.services.ports.sharing import ShareStore

ROOM = "765432"
LIMITS = ShareLimits(window_chunks=4, reorder=0)


@dataclass(frozen=True)
class Step:
    """What somebody asked and was told. `until` is infinite when the asker was killed before the answer came."""

    asked: tuple[Any, ...]
    since: float
    until: float = float("inf")
    answer: str = ""


async def done(store: ShareStore, asked: tuple[Any, ...]) -> str:
    what, now, *more = asked
    try:
        if what == "start":
            return repr(await store.start(ROOM, "", now))
        if what == "stop":
            return repr(await store.stop(ROOM, "", now))
        if what == "append":
            return repr(await store.append(ROOM, "", Chunk(more[0], more[1].encode(), received=now), now))
        return repr(await store.chunks(ROOM, more[0], now))
    except HarmonixError as refused:
        return type(refused).__name__


def explained(steps: Iterable[Step]) -> bool:
    """Whether the steps can be put in one order, each between its question and its answer, that explains them all.

    What was cut off may have happened or not.
    """
    return _goes_on(tuple(sorted(steps, key=lambda step: step.since)), InMemoryShareStore(LIMITS), set())


def _goes_on(left: tuple[Step, ...], store: InMemoryShareStore, seen: set[Any]) -> bool:
    answered = [step for step in left if step.answer]
    if not answered:
        return True
    here = (left, repr(store._sessions))
    if here in seen:
        return False
    seen.add(here)
    soonest = min(step.until for step in answered)
    for step in left:
        if step.since > soonest:
            break
        after = copy.deepcopy(store)
        if asyncio.run(done(after, step.asked)) == step.answer or not step.answer:
            rest = tuple(each for each in left if each is not step)
            if _goes_on(rest, after, seen):
                return True
    return False


def steps_from(diaries: Iterable[Path]) -> list[Step]:
    found: list[Step] = []
    for diary in diaries:
        begun: tuple[tuple[Any, ...], float] | None = None
        for line in diary.read_text().splitlines():
            try:
                said = json.loads(line)
            except ValueError:
                break  # Killed in the middle of a word.
            if "asked" in said:
                begun = tuple(said["asked"]), said["at"]
            elif begun:
                found.append(Step(*begun, said["at"], said["answer"]))
                begun = None
        if begun:
            found.append(Step(*begun))
    return found


async def live(url: str, diary: Path, seed: int) -> None:
    chance, store = random.Random(seed), RedisShareStore(url, LIMITS)
    newest = 0
    with diary.open("a", buffering=1) as book:
        for number in range(60):
            now = time.time_ns() // 1_000_000
            newest += 1
            what = chance.choices(["append", "chunks", "start", "stop"], [6, 5, 2, 1])[0]
            more = {"append": (newest + chance.randint(-2, 2) if newest > 2 else 0, f"{seed:04}{number:04}"),
                    "chunks": (chance.choice([-1, max(-1, newest - 2)]),)}.get(what, ())  # fmt: skip
            asked = (what, now, *more)
            book.write(json.dumps({"asked": asked, "at": time.monotonic()}) + "\n")
            answer = await done(store, asked)
            book.write(json.dumps({"answer": answer, "at": time.monotonic()}) + "\n")
            await asyncio.sleep(chance.random() * 0.02)


if __name__ == "__main__":
    asyncio.run(live(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
