"""How a running job tells how far it is, and hears that it should stop."""

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field

from harmonix_splitter.domain.jobs import Stage
from harmonix_splitter.errors import CancelledError, GivingWayError, HarmonixError, JobStepError, NotFoundError
from harmonix_splitter.services.jobs import JobsService
from harmonix_splitter.services.ports.clock import Clock
from harmonix_splitter.services.ports.jobs import Claim, Standing, Timing
from harmonix_splitter.services.ports.progress import Progress

_PAUSE = 0.25
_LOOKS = 2.0

logger = logging.getLogger(__name__)


@dataclass
class WorkReport:
    """Writes progress at most four times a second. Only the thread of the job may report stages."""

    jobs: JobsService
    claim: Claim
    clock: Clock
    recipe_key: str
    audio_seconds: float = 0.0
    gives_way: bool = False
    _stage: Stage = Stage.FETCH
    _alone: bool = False
    _began: float = 0.0
    _told: float = float("-inf")
    _looked: float = float("-inf")
    _notes: list[str] = field(default_factory=list)
    _timings: list[Timing] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(self._notes)

    def note(self, sentence: str) -> None:
        self._notes.append(sentence)

    @contextmanager
    def optional(self, part: str) -> Iterator[None]:
        """A part that fails inside must not cost the stems: what happened stands in the notes."""
        try:
            yield
        except (CancelledError, JobStepError):
            raise
        except NotFoundError as nothing:  # many songs have no words
            self.note(nothing.message)
        except HarmonixError as error:
            self.note(f"{part} failed: {error.message}")
        except Exception as bug:
            logger.exception("optional part broke", extra={"job": self.claim.job_id, "part": part})
            self.note(f"{part} failed: unexpected error ({type(bug).__name__}).")

    def stage(self, stage: Stage) -> Progress:
        """The next stage begins; report its share done to what this returns."""
        self._time_stage()
        self._stage = stage
        self._tell(0.0)
        return self._progress

    def only(self, stage: Stage) -> Progress:
        """The one stage of a job that has no others: its share is the job's progress."""
        self._alone = True
        return self.stage(stage)

    def still_wanted(self) -> None:
        """Call while waiting. Raises CancelledError when nobody wants the work, JobStepError when it is not ours."""
        if self.clock.monotonic() - self._told >= 1.0:
            self._hear(self.jobs.beat(self.claim))
            self._told = self.clock.monotonic()

    def aside(self) -> None:
        """As still_wanted, for a thread beside the job: the job's thread listens, this one only obeys."""
        if self._stopping.is_set():
            raise CancelledError("The work was stopped.")

    def aside_progress(self, _share: float, /) -> None:
        self.aside()

    def wrap_up(self, beside: "Future[None]") -> None:
        """Wait for work beside this one, listening meanwhile; if the job is over, tell it to stop."""
        while not beside.done():
            try:
                self.still_wanted()
            except (CancelledError, JobStepError):
                self._stopping.set()
                raise
            try:
                beside.result(timeout=_PAUSE)
            except TimeoutError:
                continue
        beside.result()

    def finish(self) -> None:
        """Remember how long the stages took."""
        self._time_stage()
        self._tell(1.0)
        self.jobs.record.remember(self._timings, self.clock.now())

    def _progress(self, share: float, /) -> None:
        if self.clock.monotonic() - self._told >= _PAUSE:
            self._tell(share)

    def _tell(self, share: float) -> None:
        self._told = self.clock.monotonic()
        self._hear(self.jobs.advance(self.claim, self._stage, share, self.notes, alone=self._alone))

    def _hear(self, standing: Standing) -> None:
        if standing is Standing.UNWANTED:
            self._stopping.set()
            raise CancelledError("Nobody wants this any more.")
        if standing is Standing.LOST:
            self._stopping.set()
            raise JobStepError("Somebody else has this job now.")
        if self.gives_way and self._stage is not Stage.PUBLISH:
            self._make_way()

    def _make_way(self) -> None:
        if self.clock.monotonic() - self._looked < _LOOKS:
            return
        self._looked = self.clock.monotonic()
        if self.jobs.record.somebody_waits():
            self._stopping.set()
            raise GivingWayError("Somebody waits for other work.")

    def _time_stage(self) -> None:
        now = self.clock.monotonic()
        if self._began and self.audio_seconds:
            self._timings.append(Timing(self._stage, self.recipe_key, self.audio_seconds, now - self._began))
        self._began = now
