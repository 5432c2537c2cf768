"""Which recording is this? Fetched once, known again by its source, its exact sound, or its fingerprint."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harmonix_splitter.domain.jobs import Job, Stage
from harmonix_splitter.domain.library import HAS_VIDEO, RECORDING, Recording
from harmonix_splitter.domain.songs import UNKNOWN, SongFacts, name_of_song
from harmonix_splitter.domain.sources import Source, upload
from harmonix_splitter.errors import AudioError, NotFoundError, StorageError
from harmonix_splitter.services.library import LibraryService
from harmonix_splitter.services.ports.clock import Clock
from harmonix_splitter.services.ports.jobs import Slots
from harmonix_splitter.services.ports.library import ItemQuery
from harmonix_splitter.services.ports.processing import Compares, Identifies, Identity, Match
from harmonix_splitter.services.ports.progress import Progress
from harmonix_splitter.services.ports.sources import Fetched
from harmonix_splitter.services.sources import SourcesService
from harmonix_splitter.services.work_report import WorkReport

_MOST_OF_ONE_ARTIST = 200


@dataclass(frozen=True)
class RecognitionService:
    library: LibraryService
    sources: SourcesService
    identifier: Identifies
    comparer: Compares
    slots: Slots
    clock: Clock

    def recording_for(self, job: Job, workspace: Path, report: WorkReport) -> Recording:
        """The recording of a job's source, in the library afterwards if it was not before."""
        known = self._known(job)
        if known is not None:
            report.audio_seconds = known.duration
            return known
        fetched = self._fetched(job, workspace, report)
        identity = self._identified(fetched, report)
        report.audio_seconds = identity.duration
        same, alike = self._known_sound(job, identity, report.stage(Stage.IDENTIFY))
        if same is not None:
            return same
        described = self._described(job, fetched, identity)
        recording = replace(described, details={**described.details, **self._offers(described, alike)})
        prints = workspace / "fingerprint.bin"
        prints.write_bytes(recording.fingerprint)
        files = {"original": fetched.path, "fingerprint": prints}
        if fetched.thumbnail is not None:
            files["thumbnail"] = fetched.thumbnail
        return self.library.publish_recording(recording, files, self.comparer.marks(identity.words))

    def guess(self, job: Job) -> SongFacts:
        """What the cards of this job say only because nothing better was known when it was asked for."""
        return self.sources.guess(job.source, job.replacement)

    def _known(self, job: Job) -> Recording | None:
        """A recording we know by its source, if its audio is really there."""
        if job.replacement:
            return None
        found = self.library.record.recording_of(job.source.key)
        if found is None:
            return None
        try:
            self.library.storage.open(f"{found[0].id}/{RECORDING}", "original")
        except (NotFoundError, StorageError):
            return None
        return found[0]

    def _fetched(self, job: Job, workspace: Path, report: WorkReport) -> Fetched:
        progress = report.stage(Stage.FETCH)
        with self.slots.hold("fetch", report.still_wanted):
            return self.sources.fetch(job.source, job.user_id, job.replacement, workspace, progress)

    def _identified(self, fetched: Fetched, report: WorkReport) -> Identity:
        return self.identifier.identify(fetched.path, report.stage(Stage.PREPARE))

    def _known_sound(self, job: Job, identity: Identity, progress: Progress) -> tuple[Recording | None, list[Match]]:
        """Tier two, the same samples; tier three, the same sound from another file, however it is cut. What is only
        alike is never taken for the same: an excerpt, a remix, another edit."""
        exact = self.library.record.with_hash(identity.audio_hash)
        if exact is not None:
            return self._alias(job, exact, 0.0, identity), []
        alike = []
        for candidate in self.library.record.with_marks(self.comparer.marks_near(identity.words)):
            match = self.comparer.compare(identity.words, candidate)
            if match is not None and match.is_same and self._is_same_mix(identity, match, progress):
                return self._alias(job, candidate, match.offset, identity), []
            if match is not None:
                alike.append(match)
        return None, alike

    def _is_same_mix(self, identity: Identity, match: Match, progress: Progress) -> bool:
        """Listened to, whole: rare beside all that is asked, and quick beside separating it. What cannot be listened
        to any more is only offered."""
        try:
            original = self.library.storage.open(f"{match.recording_id}/{RECORDING}", "original")
            known = self.identifier.identify(original.path, progress)
        except (AudioError, NotFoundError, StorageError):
            return False
        return self.comparer.is_same_mix(identity, known, match.offset)

    def _offers(self, recording: Recording, alike: list[Match]) -> dict[str, Any]:
        """What the library has that may be meant: what sounds alike, and takes of the same song by the same artist."""
        offers = {match.recording_id: round(match.likeness, 2) for match in alike}
        if recording.artist:
            mine = name_of_song(recording.title), recording.artist.casefold()
            for item in self.library.record.find(ItemQuery(recording.artist, limit=_MOST_OF_ONE_ARTIST)):
                if (name_of_song(item.title), item.artist.casefold()) == mine:
                    offers.setdefault(item.recording_id, 0.0)
        return {"looksLike": offers} if offers else {}

    def _alias(self, job: Job, recording: Recording, offset: float, identity: Identity) -> Recording:
        self.library.record.know_as(_source_of(job).key, recording.id, offset, identity.duration)
        return recording

    def _described(self, job: Job, fetched: Fetched, identity: Identity) -> Recording:
        source = _source_of(job)
        asked = SongFacts(job.title or UNKNOWN, job.artist or UNKNOWN)
        card = asked.filled(fetched.facts, self.guess(job))
        told = {
            "album": card.album,
            "genre": card.genre,
            "year": card.year,
            "picture": fetched.thumbnail is not None,
            HAS_VIDEO: identity.has_video,
        }
        return Recording(
            id=source.folder,
            source=source,
            title=card.title,
            artist="" if card.artist == UNKNOWN else card.artist,
            duration=identity.duration,
            sample_rate=identity.sample_rate,
            samples=identity.samples,
            audio_hash=identity.audio_hash,
            fingerprint=b"".join(word.to_bytes(4, "little") for word in identity.words),
            details=dict(fetched.details) | {name: value for name, value in told.items() if value},
            created_at=self.clock.now(),
        )


def _source_of(job: Job) -> Source:
    """A replacement is known as the upload it is: what one user says a video is must not become it for everybody."""
    return upload(job.replacement) if job.replacement else job.source
