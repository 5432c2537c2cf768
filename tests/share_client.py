"""The known desktop client, imitated: what it posts and when, how it polls, and its ten-chunk buffer."""

import asyncio
import json
import random
import re
import time
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pybase64

from tests.light_lines import Answer, Lines

CHUNK_SECONDS, METADATA_SECONDS = 0.5, 0.3
AUDIO_POLL, METADATA_POLL = 0.4, 0.5
BUFFER_CHUNKS, CHUNKS_TO_START = 10, 5
_BETWEEN_SESSIONS = 0.1
WAITED_FOR = 0.3
"""A post that takes longer may be given up by the server for the ones after it."""
_TONE = (0.3 * np.sin(np.arange(44_100) / 20)).astype("<f4").tobytes()
# The client's JSON writer escapes the plus sign.
_DATA = pybase64.b64encode(_TONE).replace(b"+", b"\\u002B")
_WORDS = "\n".join(f"[{second // 60:02}:{second % 60:02}.00]a line of the song" for second in range(100))
_SAID = {"title": "A song", "artist": "Somebody", "lyrics": _WORDS, "hasSyncedLyrics": True, "totalSeconds": 180.5}
_TITLE = json.dumps({**_SAID, "thumbnailData": "Zm9v" * 11_000, "timestamp": 1}).encode()[1:]


_NUMBER = re.compile(rb'"sequenceNumber": ?(\d+)')
_FIELDS = 120
"""Bytes behind the sound, in which its fields stand: nobody looks for them in the sound itself."""
_ELAPSED = re.compile(rb'"elapsedSeconds": ?([\d.]+)')


@dataclass
class Ear:
    """One listener's buffer: ten chunks, begins to sound with the fifth, plays two a second."""

    joined: float
    sounded_after: float | None = None
    numbers: list[int] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    overflows: int = 0

    def take(self, number: int, posted: float, now: float) -> None:
        self.numbers.append(number)
        self.lags.append(now - posted)
        if self.sounded_after is None and len(self.numbers) >= CHUNKS_TO_START:
            self.sounded_after = now - self.joined
        played = 0.0 if self.sounded_after is None else (now - self.joined - self.sounded_after) / CHUNK_SECONDS
        if len(self.numbers) - self.overflows - int(played) > BUFFER_CHUNKS:
            self.overflows += 1


@dataclass
class Findings:
    """What a crowd of sharers and listeners went through."""

    ears: list[Ear] = field(default_factory=list)
    answers: dict[tuple[str, int], int] = field(default_factory=dict)
    dropped: dict[str, set[int]] = field(default_factory=dict)
    slow: dict[str, set[int]] = field(default_factory=dict)
    missing: int = 0
    disordered: int = 0
    oldest_title: float = 0
    ended: float = 0

    def count(self, what: str, status: int) -> None:
        self.answers[what, status] = self.answers.get((what, status), 0) + 1

    @property
    def errors(self) -> int:
        return sum(self._refused().values())

    def _refused(self) -> dict[tuple[str, int], int]:
        return {asked: count for asked, count in self.answers.items() if asked[1] not in {200, 204}}

    def _named(self) -> str:
        refused = ", ".join(f"{what} {status}: {count}" for (what, status), count in sorted(self._refused().items()))
        return f" ({refused})" if refused else ""

    @property
    def first_sound(self) -> float:
        return max(ear.sounded_after if ear.sounded_after is not None else float("inf") for ear in self.ears)

    @property
    def lag(self) -> float:
        return max(lag for ear in self.ears for lag in ear.lags)

    def told(self) -> str:
        return (
            f"{len(self.dropped)} sessions, {len(self.ears)} listeners: {sum(self.answers.values())} requests, "
            f"{self.errors} errors{self._named()}, first sound after {self.first_sound:.2f} s at most, "
            f"lag {self.lag:.2f} s, {sum(ear.overflows for ear in self.ears)} overflows, "
            f"{self.disordered} out of order, {sum(map(len, self.slow.values()))} posts slower than the server waits, "
            f"{self.missing} lost that were neither dropped nor slow, title {self.oldest_title:.2f} s old at most"
        )


@dataclass
class Session:
    """One sharer and its listeners."""

    lines: Lines
    name: str
    findings: Findings
    seconds: float
    chance: random.Random
    posted: dict[int, float] = field(default_factory=dict)
    said: float = 0
    is_over: bool = False

    async def run(self, listeners: int) -> None:
        await self._ask("start", "POST", "start", b'{"sessionId":"%b"}' % self.name.encode())
        self.findings.dropped[self.name], self.findings.slow[self.name] = set(), set()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._share())
            await asyncio.sleep(2.6)
            for number in range(listeners):
                tasks.create_task(self._listen(f"{self.name}-{number}"))

    async def _share(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tell())
            for number in range(round(self.seconds / CHUNK_SECONDS)):
                # The number of a chunk that never made it is used up.
                if self.chance.random() < 0.01:
                    self.findings.dropped[self.name].add(number)
                else:
                    tasks.create_task(self._post(number))
                await asyncio.sleep(CHUNK_SECONDS)
            await asyncio.sleep(1)
            self.is_over = True
        await self._ask("stop", "POST", f"{self.name}/stop")

    async def _post(self, number: int) -> None:
        self.posted[number] = time.monotonic()
        await asyncio.sleep(self.chance.random() * 0.2)
        rest = b'","sampleRate":44100,"channels":2,"timestamp":%d,"sequenceNumber":%d}' % (time.time() * 1000, number)
        await self._ask("audio", "POST", f"{self.name}/audio", b'{"data":"', _DATA, rest)
        if time.monotonic() - self.posted[number] > WAITED_FOR:
            self.findings.slow[self.name].add(number)

    async def _tell(self) -> None:
        begin = time.monotonic()
        while not self.is_over:
            self.said = time.monotonic() - begin
            await self._ask("title", "POST", f"{self.name}/metadata", b'{"elapsedSeconds":%f,' % self.said, _TITLE)
            await asyncio.sleep(METADATA_SECONDS)

    async def _listen(self, name: str) -> None:
        assert (await self._ask("status", "GET", f"{self.name}/status")).status == 200
        ear = Ear(time.monotonic())
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._hear(ear, name))
            tasks.create_task(self._read())
        self.findings.ears.append(ear)
        self._judge(ear)

    async def _hear(self, ear: Ear, name: str) -> None:
        since = -1
        while not self.is_over:
            answer = await self._ask("poll", "GET", f"{self.name}/audio?since={since}&listenerId={name}")
            for number in _numbers(answer.body) if answer.status == 200 else ():
                since = max(since, number)
                ear.take(number, self.posted[number], time.monotonic())
            await asyncio.sleep(AUDIO_POLL)

    async def _read(self) -> None:
        while not self.is_over:
            answer = await self._ask("read", "GET", f"{self.name}/metadata")
            told = _ELAPSED.search(answer.body)
            self.findings.oldest_title = max(self.findings.oldest_title, self.said - float(told[1] if told else 0))
            await asyncio.sleep(METADATA_POLL)

    def _judge(self, ear: Ear) -> None:
        """Order strictly rising, and only what was never posted missing."""
        steps = list(zip(ear.numbers, ear.numbers[1:], strict=False))
        self.findings.disordered += sum(after <= before for before, after in steps)
        lost = {number for before, after in steps for number in range(before + 1, after)}
        self.findings.missing += len(lost - self.findings.dropped[self.name] - self.findings.slow[self.name])

    async def _ask(self, what: str, method: str, path: str, *content: bytes) -> Answer:
        answer = await self.lines.ask(method, f"/api/share/{path}", *content)
        if not (self.is_over and answer.status == 404):
            self.findings.count(what, answer.status)
        return answer


async def crowd(base: str, token: str, *, sessions: int, listeners: int, seconds: float) -> Findings:
    """So many sharers with so many listeners each, for that long, not all beginning in the same moment."""
    findings, lines = Findings(), Lines(base, token)

    async def one(number: int) -> None:
        await asyncio.sleep(number * _BETWEEN_SESSIONS)
        session = Session(lines, f"{300_000 + number}", findings, seconds, random.Random(number))
        await session.run(listeners)

    jobs: list[Coroutine[Any, Any, None]] = [one(number) for number in range(sessions)]
    await asyncio.gather(*jobs)
    lines.close()
    return findings


def _numbers(body: bytes) -> Iterator[int]:
    """The sequence numbers of an answer, in order. A sound ends with the first quotation mark behind its begin."""
    at = body.find(b'"data":"')
    while at >= 0:
        end = body.find(b'"', at + 8)
        found = _NUMBER.search(body, end, end + _FIELDS + 8)
        assert found, "a chunk without a number"
        yield int(found[1])
        at = body.find(b'"data":"', end, end + _FIELDS + 16)
