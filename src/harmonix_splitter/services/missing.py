"""Giving the library what its items lack: analyses from before there was one, words that were not found then."""

from dataclasses import dataclass

from harmonix_splitter.domain.identifiers import new_id
from harmonix_splitter.domain.jobs import Job, JobKind, Part
from harmonix_splitter.services.jobs import JobsService
from harmonix_splitter.services.ports.clock import Clock
from harmonix_splitter.services.ports.missing import MissingParts

MOST_AT_ONCE = 500


@dataclass(frozen=True)
class MissingService:
    parts: MissingParts
    jobs: JobsService
    clock: Clock

    def counts(self) -> dict[Part, int]:
        return {part: self.parts.count(part) for part in Part}

    def run(self, part: Part, user_id: str) -> int:
        """A job for each item that lacks it, the most used first, when nothing else waits; how many new ones."""
        begun = 0
        for item in self.parts.lacking(part, MOST_AT_ONCE):
            wish = Job(
                new_id(), item.source, item.recipe, user_id, self.clock.now(), title=item.title, artist=item.artist,
                kind=JobKind.MISSING, item_id=item.id, duration=item.duration, wish={"part": str(part)},
            )  # fmt: skip
            job = self.jobs.record.add(wish)
            self.jobs.announce(job, is_new=job.id == wish.id)
            begun += job.id == wish.id
        return begun
