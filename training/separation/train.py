"""Train the separator.

    python -m training.separation.train --minutes 120            on the CPU or, where there is one, the GPU
    python -m training.separation.train --minutes 60 --resume    go on from training/checkpoints/last.pt
    python -m training.separation.train --start other.pt         anew, from those weights of another that fit

The learning rate falls along a cosine over wall-clock time, so a busy machine ends its run annealed all the same.
Every few minutes the averaged network sits the examination; the best one is kept beside the last.
"""

import argparse
import copy
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import cos, pi
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from training.separation.examining import Piece, marks, pieces, truth_of
from training.separation.lessons import Example
from training.separation.loss import Truth, loss_of
from training.separation.mixing import Mixer
from training.separation.network import Separator
from training.separation.store import Clip, clips

CHECKPOINTS = Path(__file__).parents[1] / "checkpoints"


@dataclass(frozen=True)
class Wish:
    minutes: float
    batch: int
    workers: int
    widths: tuple[int, ...]
    rate: float
    seed: int
    device: str
    half: bool
    every: float
    """Minutes between examinations."""
    resume: bool
    start: Path | None = None


class Lessons(IterableDataset[Example]):
    """Endless lessons; every worker draws its own."""

    def __init__(self, chosen: list[Clip], seed: int) -> None:
        self.chosen, self.seed = chosen, seed

    def __iter__(self) -> Iterator[Example]:
        torch.set_num_threads(1)
        worker = get_worker_info()
        mixer = Mixer(self.chosen, self.seed * 1000 + (worker.id if worker else 0))
        while True:
            yield mixer.lesson()


def log_weight(steps: int) -> float:
    """How much the SDR itself counts. Much of it from the start teaches that silence is a safe answer."""
    return 0.1 if steps < 150 else 0.2 if steps < 400 else 0.3


class Notebook:
    """Every lesson is heard about twice, the second time later, in other company and with left and right exchanged.

    Mixing a lesson costs as much as learning from it.
    """

    def __init__(self, seed: int, size: int = 64) -> None:
        self.chance, self.size, self.pages = np.random.default_rng(seed), size, list[Example]()

    def with_old(self, fresh: list[Example]) -> list[Example]:
        """The fresh lessons and as many old ones."""
        old = [
            self.pages.pop(int(self.chance.integers(len(self.pages)))) for _ in fresh if len(self.pages) > self.size / 2
        ]
        self.pages += fresh
        return fresh + [exchanged(example) for example in old]


def exchanged(example: Example) -> Example:
    """The same lesson with left and right exchanged."""
    heard = example.features[[1, 0, 2, 3, 4]].copy()
    heard[4] *= -1
    return replace(
        example,
        features=heard,
        mixture=example.mixture[::-1],
        shared=example.shared[:, ::-1],
        energy=example.energy[:, ::-1],
    )


class Course:
    """Network, optimiser and average, and how far they have come."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.network = Separator(wish.widths).to(wish.device, memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.network).requires_grad_(False)
        self.optimiser = torch.optim.AdamW(
            self.network.parameters(), lr=wish.rate, weight_decay=0.01, betas=(0.9, 0.98)
        )
        self.steps, self.begun, self.best, self.skipped = 0, 0, -1e9, 0
        self.safe = copy.deepcopy(self.network.state_dict())

    def step(self, heard: Tensor, truth: Truth, done: float) -> float:
        """One step at `done` (0 to 1) of the way; a step that is not finite is undone."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate(done)
        with torch.autocast(self.wish.device, torch.bfloat16, enabled=self.wish.half):
            scores = self.network.scores(heard)
        loss = loss_of(torch.softmax(scores.float(), dim=1), truth, log_weight=log_weight(self.steps))
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        size = torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        if not (torch.isfinite(loss) and torch.isfinite(size)):
            self.network.load_state_dict(self.safe)
            self.skipped += 1
            return float("nan")
        self.optimiser.step()
        self.steps += 1
        self._remember()
        return float(loss)

    def rate(self, done: float) -> float:
        """Warm up over 30 steps, then fall along a cosine to a fiftieth."""
        warm = min(1.0, (self.steps - self.begun + 1) / 30)
        return self.wish.rate * warm * (0.02 + 0.98 * (1 + cos(pi * min(done, 1.0))) / 2)

    @torch.no_grad()
    def _remember(self) -> None:
        """Fold the network into its running average; keep a safe copy now and then."""
        keep = min(0.995, (1 + self.steps) / (10 + self.steps))
        mine = self.network.state_dict()
        for name, value in self.average.state_dict().items():
            if value.is_floating_point():
                value.lerp_(mine[name], 1 - keep)
            else:
                value.copy_(mine[name])
        if self.steps % 25 == 0:
            self.safe = copy.deepcopy(mine)

    def save(self, path: Path, **facts: object) -> None:
        state = {
            "widths": self.wish.widths,
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "steps": self.steps,
            "best": self.best,
            **facts,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save(state, path.with_suffix(".new"))
        path.with_suffix(".new").replace(path)

    def load(self, path: Path) -> None:
        state = torch.load(path, map_location=self.wish.device, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.steps, self.begun, self.best = state["steps"], state["steps"], state["best"]
        self.safe = copy.deepcopy(self.network.state_dict())

    def start(self, path: Path) -> None:
        """Take over the averaged weights of another network where name and shape fit; the rest begins anew."""
        state = torch.load(path, map_location=self.wish.device, weights_only=True)
        mine = self.network.state_dict()
        fitting = {
            name: value for name, value in state["average"].items() if name in mine and value.shape == mine[name].shape
        }
        self.network.load_state_dict(mine | fitting)
        self.average.load_state_dict(self.network.state_dict())
        self.steps = self.begun = state["steps"]
        self.safe = copy.deepcopy(self.network.state_dict())


def examine(course: Course, examined: list[Piece], minutes: float, loss: float) -> None:
    """Sit the examination, write the marks down, keep the last and the best."""
    found = marks(course.average, examined, course.wish.device)
    facts = {"minutes": round(minutes, 1), "steps": course.steps, "loss": round(loss, 4), "skipped": course.skipped}
    line = facts | {name: round(value, 2) for name, value in found.items()}
    with (CHECKPOINTS / "marks.jsonl").open("a") as log:
        log.write(json.dumps(line) + "\n")
    print(json.dumps(line), flush=True)
    if found["score"] > course.best:
        course.best = found["score"]
        course.save(CHECKPOINTS / "best.pt", marks=found)
    course.save(CHECKPOINTS / "last.pt", marks=found)


def train(wish: Wish) -> None:
    """Learn until the time is up."""
    torch.manual_seed(wish.seed)
    CHECKPOINTS.mkdir(parents=True, exist_ok=True)
    known = list(clips())
    course = Course(wish)
    if wish.resume:
        course.load(CHECKPOINTS / "last.pt")
    elif wish.start:
        course.start(wish.start)
    examined = pieces(known)
    lessons = Lessons([clip for clip in known if not clip.held_out], wish.seed + course.steps)
    batches = DataLoader(lessons, wish.batch // 2, num_workers=wish.workers, collate_fn=list, prefetch_factor=2)
    notebook, began = Notebook(wish.seed), time.monotonic()
    next_examination, recent = wish.every, [0.0]
    for batch in batches:
        minutes = (time.monotonic() - began) / 60
        recent = [*recent[-49:], course.step(*truth_of(notebook.with_old(batch), wish.device), minutes / wish.minutes)]
        if course.steps % 20 == 0:
            print(f"{minutes:.1f} min, step {course.steps}, loss {np.nanmean(recent):.4f}", flush=True)
        if minutes >= next_examination or minutes >= wish.minutes:
            next_examination = minutes + wish.every
            examine(course, examined, minutes, float(np.nanmean(recent)))
        if minutes >= wish.minutes:
            return


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--minutes", type=float, default=120)
    asked.add_argument("--batch", type=int, default=8)
    asked.add_argument("--workers", type=int, default=1)
    asked.add_argument("--widths", type=int, nargs=3, default=(32, 48, 64))
    asked.add_argument("--rate", type=float, default=2e-3)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--every", type=float, default=6)
    asked.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    asked.add_argument("--half", action="store_true", help="bfloat16: faster on GPUs and on CPUs that have it")
    asked.add_argument("--threads", type=int, default=2)
    asked.add_argument("--resume", action="store_true")
    asked.add_argument("--start", type=Path)
    given = vars(asked.parse_args())
    torch.set_num_threads(given.pop("threads"))
    train(Wish(**given | {"widths": tuple(given["widths"])}))


if __name__ == "__main__":
    main()
