"""One job from start to finish: fetch, prepare, identify, separate and analyse, words, publish."""

import errno
import logging
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from harmonix_splitter.domain.jobs import Job, JobKind, Part, Stage
from harmonix_splitter.domain.library import LibraryItem, Recording, item_id_of, place_of
from harmonix_splitter.domain.lyrics.wishes import WordsWish
from harmonix_splitter.domain.separation import ORIGINAL, VOCALS
from harmonix_splitter.errors import (
    CancelledError,
    GivingWayError,
    HarmonixError,
    JobStepError,
    NotFoundError,
    StorageError,
    UnavailableError,
)
from harmonix_splitter.services.jobs import JobsService
from harmonix_splitter.services.library import LibraryService
from harmonix_splitter.services.ports.clock import Clock
from harmonix_splitter.services.ports.jobs import Checkpoint, Claim, Slots, unmarked
from harmonix_splitter.services.ports.processing import Analyses, FindsWords, SeparatedStems, Separates
from harmonix_splitter.services.ports.progress import Progress
from harmonix_splitter.services.ports.storage import LibraryStorage
from harmonix_splitter.services.recognition import RecognitionService
from harmonix_splitter.services.work_report import WorkReport

logger = logging.getLogger(__name__)

_DISK_SAYS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk is full",
    errno.EIO: "the disk failed",
    errno.EROFS: "the disk can only be read",
}


@dataclass(frozen=True)
class ProcessingService:
    jobs: JobsService
    library: LibraryService
    storage: LibraryStorage
    recognition: RecognitionService
    separation: Separates
    analysis: Analyses
    words: FindsWords
    slots: Slots
    clock: Clock
    checkpoint: Checkpoint = unmarked

    def run(self, claim: Claim) -> None:
        """Do a claimed job and record how it ended. Whatever happens, nothing half-done is left visible."""
        job = self.jobs.job(claim.job_id)
        report = WorkReport(self.jobs, claim, self.clock, job.recipe.key, gives_way=job.gives_way)
        try:
            with self._workspace(f"job-{job.id}-{claim.fence}") as workspace:
                item = self._made(job, workspace, report)
                self.checkpoint("published")
                self._finish(claim, item, report)
        except GivingWayError:
            self.jobs.give_way(claim)
        except CancelledError:
            self.jobs.stopped(claim)
        except JobStepError as lost:
            logger.warning("result not used", extra={"job": job.id, "fence": claim.fence, "why": lost.message})
            self.jobs.stopped(claim)
        except HarmonixError as error:
            logger.warning("job failed", extra={"job": job.id, "code": error.code, "why": str(error)})
            self.jobs.failed(claim, error)
        except MemoryError:
            self.jobs.crashed(claim, "it needed more memory than it may have")
        except Exception as bug:
            logger.exception("job broke", extra={"job": job.id})
            unexpected = f"an unexpected error ({type(bug).__name__})"
            self.jobs.crashed(claim, _DISK_SAYS.get(getattr(bug, "errno", 0), unexpected))

    @contextmanager
    def _workspace(self, name: str) -> Iterator[Path]:
        folder = self.storage.workspace(name)
        try:
            yield folder
        finally:
            self.storage.discard(folder)

    def _made(self, job: Job, workspace: Path, report: WorkReport) -> LibraryItem:
        if job.kind is JobKind.WORDS:
            return self._words_done(job, report)
        if job.kind is JobKind.MISSING:
            return self._missing_done(job, report)
        recording = self.recognition.recording_for(job, workspace, report)
        self.checkpoint("recorded")
        self.jobs.record.describe(report.claim, recording, self.recognition.guess(job))
        existing = self._existing(recording, job)
        if existing is not None:
            report.note("This recording was in the library already.")
            return existing
        began = self.clock.monotonic()
        audio = self.storage.open(place_of(recording.id), "original").path
        separated = self._separated_and_analysed(job, recording, audio, workspace, report)
        self._hear_stems(recording, separated.stems, report)
        self._find_words(recording, {**separated.stems, ORIGINAL: audio}, report, report.stage(Stage.WORDS))
        report.stage(Stage.PUBLISH)
        item = self._item(job, recording, separated, self.clock.monotonic() - began, report.notes)
        return self._published(item, separated.stems)

    def _existing(self, recording: Recording, job: Job) -> LibraryItem | None:
        if job.kind is not JobKind.UPGRADE:
            return self.library.item_of(recording.source.key, job.recipe.key)
        place = place_of(recording.id, job.recipe, _version_of(job))
        made = (item for item in self.library.record.items_of(recording.id) if item.place == place)
        return next((item for item in made if item.is_playable), None)

    def _separated_and_analysed(
        self, job: Job, recording: Recording, audio: Path, workspace: Path, report: WorkReport
    ) -> SeparatedStems:
        """Analysis needs no stems, so it runs beside the separation; a recording is analysed once."""
        with ThreadPoolExecutor(1, thread_name_prefix="analysis") as beside:
            analysed = beside.submit(self._analyse, recording, audio, report)
            try:
                progress = report.stage(Stage.SEPARATE)
                with self.slots.hold("separate", report.still_wanted):
                    separated = self.separation.separate(audio, job.recipe, workspace / "stems", progress)
            finally:
                report.wrap_up(analysed)
        return separated

    def _analyse(self, recording: Recording, audio: Path, report: WorkReport) -> None:
        """Optional: a recording that cannot be analysed is delivered without, and says why."""
        if recording.is_analysed:
            return
        with report.optional("Analysis"):
            with self.slots.hold("analyse", report.aside):
                found = self.analysis.analyze(audio, {}, report.aside_progress)
            self.library.record.save_analysis(recording.id, found.to_document())

    def _hear_stems(self, recording: Recording, stems: Mapping[str, Path], report: WorkReport) -> None:
        """Optional: what the mix does not tell, or not so well."""
        progress = report.stage(Stage.ANALYSE)
        known = self.library.record.recording(recording.id)
        if known.analysis is None or not known.is_analysed:
            return
        with report.optional("Listening to the stems"):
            found = self.analysis.with_stems(known.analysis, stems, progress)
            self.library.record.save_analysis(recording.id, found.to_document())

    def _find_words(
        self, recording: Recording, stems: Mapping[str, Path], report: WorkReport, progress: Progress
    ) -> None:
        with report.optional("Words"):
            self.words.find(self.library.record.recording(recording.id), stems, progress)

    def _words_done(self, job: Job, report: WorkReport) -> LibraryItem:
        """Only the words of an item that is there. Somebody asked for just that, so a failure is the job's."""
        item = self.library.item(job.item_id)
        stems = {VOCALS: self.library.open_stem(item.id, VOCALS).path}
        with suppress(NotFoundError):  # the vocals alone will do
            stems[ORIGINAL] = self.library.open_stem(item.id, ORIGINAL).path
        progress = report.only(Stage.WORDS)
        wish = WordsWish.from_document(job.wish)
        report.note(self.words.carry_out(item.recording_id, stems, wish, progress))
        return item

    def _missing_done(self, job: Job, report: WorkReport) -> LibraryItem:
        """One part of an item that is there. What cannot be had of words is told; an analysis that fails is the job's
        failure."""
        item = self.library.item(job.item_id)
        recording = self.library.record.recording(item.recording_id)
        audio = self.library.open_stem(item.id, ORIGINAL).path
        stems = {name: self.library.open_stem(item.id, name).path for name in item.stems}
        if Part(job.wish["part"]) is Part.WORDS:
            self._find_words(recording, {**stems, ORIGINAL: audio}, report, report.only(Stage.WORDS))
        elif not recording.is_analysed:
            progress = report.only(Stage.ANALYSE)
            with self.slots.hold("analyse", report.still_wanted):
                found = self.analysis.analyze(audio, {}, progress)
            self.library.record.save_analysis(recording.id, found.to_document())
            self._hear_stems(recording, stems, report)
        return item

    def _item(
        self, job: Job, recording: Recording, made: SeparatedStems, seconds: float, notes: tuple[str, ...]
    ) -> LibraryItem:
        version = _version_of(job)
        place = place_of(recording.id, job.recipe, version)
        return LibraryItem(
            id=item_id_of(place),
            recording_id=recording.id,
            source=recording.source,
            recipe=job.recipe,
            place=place,
            stems=tuple(made.stems),
            size=0,
            created_at=self.clock.now(),
            title=recording.title,
            artist=recording.artist,
            duration=recording.duration,
            engine=made.engine,
            model=made.model,
            device=made.device,
            processing_time=seconds,
            notes=(*made.notes, *notes),
            version=version,
        )

    def _published(self, item: LibraryItem, stems: Mapping[str, Path]) -> LibraryItem:
        recording = self.library.record.recording(item.recording_id)
        manifest = self.library.publish(item, stems, {"analysis": recording.analysis})
        return replace(item, size=manifest.size)

    def _finish(self, claim: Claim, item: LibraryItem, report: WorkReport) -> None:
        report.finish()
        self.jobs.complete(claim, item)
        self.checkpoint("completed")
        for owner in {song.owner_id for song in self.library.songs.linked(item.id)}:
            self.library.links_changed(owner, [item.id])
        self.library.tell_of_versions(item)
        try:
            self.library.refresh_notes(item.id)
        except (StorageError, UnavailableError) as refused:  # for people and older tools only; a repair writes it anew
            logger.warning("metadata.json not written", extra={"item": item.id, "why": str(refused)})


def _version_of(job: Job) -> int:
    return int(job.wish.get("version", 1))
