"""How long a job will still take, from how long this installation took before: a range, or nothing at all."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from math import inf

from harmonix_splitter.domain.jobs import FETCHES_NOTHING, PRESSING, Job, JobStatus, Stage
from harmonix_splitter.services.ports.jobs import JobRepository

_TIMED = (Stage.FETCH, Stage.PREPARE, Stage.SEPARATE, Stage.ANALYSE, Stage.WORDS, Stage.PUBLISH)
_ENOUGH = 3
USUAL_SONG = 240.0


@dataclass(frozen=True)
class TimeLeft:
    """Seconds: four of five such jobs took between `least` and `most`."""

    least: float
    most: float

    def by(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self.most)

    def after(self, before: "TimeLeft") -> "TimeLeft":
        return TimeLeft(before.least + self.least, before.most + self.most)


_AT_ONCE = TimeLeft(0.0, 0.0)
_UNTOLD = TimeLeft(0.0, inf)
_SEPARATED = (Stage.ANALYSE, Stage.WORDS, Stage.PUBLISH, Stage.DONE)


@dataclass(frozen=True)
class EstimateService:
    record: JobRepository

    def outlook(self, asked: Iterable[Job], separations: int, now: datetime) -> dict[str, TimeLeft]:
        """When these jobs will be done, by id, with the wait for what goes before them. Those that cannot be told are
        left out: of a recipe that is new here, behind one of that kind, or waiting while the queue is held."""
        wanted = {job.id for job in asked if job.is_live}
        if not wanted:
            return {}
        is_held = self.record.held_since() is not None
        whole = cache(lambda recipe_key: self.usual(recipe_key, 1.0))
        free, found = [_AT_ONCE] * separations, {}
        for job in _in_line(self.record.live(), now):
            if job.kind in FETCHES_NOTHING or (is_held and job.status is JobStatus.PENDING):
                continue
            own = _left_of(job, whole(job.recipe.key)) or _UNTOLD
            if job.stage in _SEPARATED:
                found[job.id] = own
                continue
            place = min(range(separations), key=lambda number: (free[number].most, free[number].least))
            free[place] = found[job.id] = own.after(free[place])
        return {job_id: left for job_id, left in found.items() if job_id in wanted and left.most < inf}

    def remaining(self, job: Job) -> TimeLeft | None:
        """None until this installation has done a few jobs of this recipe: no guess is better than a wrong one."""
        if job.kind in FETCHES_NOTHING:
            return None
        return _left_of(job, self.usual(job.recipe.key, 1.0))

    def usual(self, recipe_key: str, audio_seconds: float) -> TimeLeft | None:
        """How long a recording of so many seconds takes in a recipe."""
        least = most = 0.0
        known = False
        for stage in _TIMED:
            paces = sorted(
                timing.seconds / timing.audio_seconds
                for timing in self.record.timings(stage, recipe_key)
                if timing.audio_seconds > 0
            )
            if len(paces) < _ENOUGH:
                continue
            known = known or stage is Stage.SEPARATE
            least += paces[len(paces) // 10] * audio_seconds
            most += paces[-1 - len(paces) // 10] * audio_seconds
        return TimeLeft(least, most) if known else None


def _left_of(job: Job, each_second: TimeLeft | None) -> TimeLeft | None:
    """Of a job by itself, from what a second of such a recording takes."""
    if each_second is None:
        return None
    done = 0.0 if job.status is JobStatus.PENDING else job.progress / 100.0
    left = (job.duration or USUAL_SONG) * (1 - done)
    return TimeLeft(each_second.least * left, each_second.most * left)


def _in_line(live: Iterable[Job], now: datetime) -> list[Job]:
    """As they will come to be separated: what is furthest, then what is due soon, then everybody in turn."""
    rounds: Counter[str] = Counter()
    ranked = []
    for job in sorted(live, key=lambda job: (job.status is JobStatus.PENDING, -job.progress, job.created_at)):
        is_pressing = job.due_at is not None and job.due_at <= now + PRESSING
        waits = job.status is JobStatus.PENDING
        due = job.due_at.timestamp() if job.due_at is not None and is_pressing else inf
        turn = rounds[job.user_id] if waits and not is_pressing else 0
        ranked.append(
            ((waits, waits and job.gives_way, due if waits else 0.0, turn, -job.progress, job.created_at), job)
        )
        rounds[job.user_id] += 1
    return [job for _, job in sorted(ranked, key=lambda each: each[0])]
