"""How long a job will still take, from how long this installation took before: a range, or nothing at all."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from harmonix_splitter.domain.jobs import Job, JobKind, JobStatus, Stage
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


@dataclass(frozen=True)
class EstimateService:
    record: JobRepository

    def remaining(self, job: Job) -> TimeLeft | None:
        """None until this installation has done a few jobs of this recipe: no guess is better than a wrong one."""
        if job.kind in {JobKind.WORDS, JobKind.MISSING}:
            return None
        whole = self.usual(job.recipe.key, job.duration or USUAL_SONG)
        if whole is None:
            return None
        done = 0.0 if job.status is JobStatus.PENDING else job.progress / 100.0
        return TimeLeft(whole.least * (1 - done), whole.most * (1 - done))

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
