"""Kills at random moments, seeded: a child at its work, or the whole node, which is then started again.

By hand, with as many as one likes: python -m tests.faults.kills --kills 50 --songs 40 [--celery]
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from harmonix_splitter.adapters.queues.celery import CeleryQueue
from harmonix_splitter.domain.jobs import Job, JobStatus
from harmonix_splitter.domain.sources import youtube
from tests.fakes.library_rig import KARAOKE, Rig
from tests.faults.workers import ROOT, wait_until
from tests.servers import postgres_server, redis_server

FEWEST_WAITING = 5
"""There is always work to kill."""


@dataclass
class Siege:
    """A node under fire, and the songs somebody asked it for."""

    rig: Rig
    broker: str = ""
    longest_pause: float = 3.0
    job_ids: list[str] = field(default_factory=list)
    hits: list[str] = field(default_factory=list)
    _node: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.faults.node", str(self.rig.folder), self.rig.url, self.broker]
        paths = {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        self._node = subprocess.Popen(command, env={**os.environ, **paths})

    def ask(self, songs: int) -> None:
        begun = len(self.job_ids)
        for number in range(begun, begun + songs):
            asked = self.rig.songs.request(f"user{number % 3}", youtube(f"{number:011d}"), KARAOKE)
            assert asked.job is not None
            self.job_ids.append(asked.job.id)

    def hit(self, chance: random.Random) -> None:
        """Wait for a child at work, a moment longer, and kill: three times in four a child, else the node."""
        assert self._node is not None
        node = self._node.pid
        wait_until(lambda: bool(children_of(node)) or self.is_over(), 120)
        time.sleep(chance.uniform(0.0, self.longest_pause))
        children = children_of(node)
        if children and chance.random() < 0.75:
            os.kill(chance.choice(children), signal.SIGKILL)
            self.hits.append("child")
            return
        self.kill_node()
        self.hits.append("node")
        self.start()

    def kill_node(self) -> None:
        if self._node is not None:
            self._node.kill()
            self._node.wait()

    def jobs(self) -> list[Job]:
        return [self.rig.jobs.job(job_id) for job_id in self.job_ids]

    def left(self) -> int:
        return sum(job.is_live for job in self.jobs())

    def is_over(self) -> bool:
        return self.left() == 0

    def calm_down(self) -> list[Job]:
        """No more kills: everything ends. What had been killed too often is tried again, as its owner would."""
        wait_until(self.is_over, 300)
        unlucky = [job for job in self.jobs() if job.status is JobStatus.FAILED]
        for job in unlucky:
            self.rig.jobs.retry(job.id)
        wait_until(self.is_over, 300)
        return unlucky


def children_of(parent: int) -> list[int]:
    """The living ones, as the kernel lists them."""
    try:
        listed = Path(f"/proc/{parent}/task").glob("*/children")
        return sorted(int(pid) for file in listed for pid in file.read_text().split() if _lives(int(pid)))
    except OSError:
        return []


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--kills", type=int, default=50)
    options.add_argument(
        "--songs", type=int, default=40, help="at the beginning; more are asked for as long as it goes on"
    )
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--celery", action="store_true", help="PostgreSQL, and Celery over Redis")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        here = Path(folder)
        url = servers.enter_context(postgres_server(here)) if chosen.celery else ""
        broker = servers.enter_context(redis_server(here)) if chosen.celery else ""
        rig = Rig(here / "studio", url)
        if broker:
            rig.queue = CeleryQueue(broker)
        siege, chance, began = Siege(rig.create_tables(), broker), random.Random(chosen.seed), time.monotonic()
        siege.start()
        siege.ask(chosen.songs)
        while len(siege.hits) < chosen.kills:
            if siege.left() < FEWEST_WAITING:
                siege.ask(FEWEST_WAITING)
            siege.hit(chance)
        unlucky = siege.calm_down()
        siege.kill_node()
        ended = {str(status): n for status, n in rig.jobs.record.count().items()}
        attempts = [job.attempts for job in siege.jobs()]
        print(f"{len(siege.hits)} kills ({siege.hits.count('node')} of the node) in {time.monotonic() - began:.0f} s")
        print(f"jobs: {ended}; attempts: {sum(attempts)} for {len(attempts)} jobs, {len(unlucky)} killed three times")
        print(f"items: {rig.library.numbers().items}, faults: {list(rig.upkeep.verify())}")
        rig.close()


if __name__ == "__main__":
    main()
