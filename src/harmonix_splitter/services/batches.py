"""Batches of videos, and the library's most used songs made ready for whoever asks next."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from harmonix_splitter.domain.batches import Batch, Entry, Headway, headway_of
from harmonix_splitter.domain.identifiers import new_id
from harmonix_splitter.domain.jobs import Job, JobKind, JobStatus
from harmonix_splitter.domain.library import LibraryItem
from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.domain.songs import UNKNOWN, SongFacts
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.errors import ConflictError, InvalidRequestError, NotFoundError
from harmonix_splitter.services.ports.batches import BatchRecord
from harmonix_splitter.services.ports.library import ItemQuery
from harmonix_splitter.services.songs import SongsService


@dataclass(frozen=True)
class BatchWish:
    """Video ids with their titles, as a playlist lists them."""

    videos: Sequence[tuple[str, str]]
    recipe: Recipe
    playlist_url: str = ""
    skip_known: bool = True


@dataclass(frozen=True)
class BatchService:
    """`songs` knows no allowance here: the house itself asks."""

    record: BatchRecord
    songs: SongsService

    def start(self, user_id: str, wish: BatchWish) -> Headway:
        """Raise ConflictError while another batch runs."""
        if (running := self.headway()) is not None and running.is_running:
            raise ConflictError("A batch is running already.", advice="Stop it first, or wait for it.")
        entries: list[Entry] = []
        refused: list[str] = []
        skipped = 0
        for video_id, title in wish.videos:
            try:
                source = youtube(video_id)
            except InvalidRequestError as wrong:
                refused.append(wrong.message)
                continue
            if wish.skip_known and self.songs.library.is_known(source.key):
                skipped += 1
                continue
            asked = self.songs.request(user_id, source, wish.recipe, SongFacts(title or UNKNOWN, UNKNOWN))
            entries.append(Entry(video_id, title or video_id, asked.job.id if asked.job else ""))
        now = self.songs.clock.now()
        self.record.put(Batch(new_id(), user_id, now, tuple(entries), skipped, tuple(refused), wish.playlist_url))
        found = self.headway()
        assert found is not None
        return found

    def headway(self) -> Headway | None:
        """How far the newest batch is; None when there never was one."""
        batch = self.record.newest()
        return None if batch is None else headway_of(batch, self._jobs_of(batch))

    def stop(self) -> Headway:
        """What waits is cancelled; what runs comes to its end."""
        batch = self.record.newest()
        if batch is None:
            raise NotFoundError("There is no batch.")
        for job in self._jobs_of(batch).values():
            if job.status is JobStatus.PENDING:
                with suppress(NotFoundError):  # left before, and it goes on for others
                    self.songs.jobs.cancel(job.id, batch.user_id)
        stopped = replace(batch, stopped_at=self.songs.clock.now())
        self.record.put(stopped)
        return headway_of(stopped, self._jobs_of(stopped))

    def popular(self, most: int) -> list[LibraryItem]:
        """Videos of the library by how many people have them, each once."""
        found: dict[str, LibraryItem] = {}
        for item in self.songs.library.find(ItemQuery(sort="usage", limit=4 * most))[0]:
            if item.source.is_youtube and item.usage:
                found.setdefault(item.recording_id, item)
        return list(found.values())[:most]

    def make_ready(self, user_id: str, recipe: Recipe, most: int) -> int:
        """Have the most popular songs made in this recipe, when nothing else waits; how many that are not."""
        begun = 0
        for item in self.popular(most):
            if self.songs.library.item_of(item.source.key, recipe.key) is None:
                wish = Job(
                    new_id(), item.source, recipe, user_id, self.songs.clock.now(), title=item.title,
                    artist=item.artist, kind=JobKind.UPGRADE,
                )  # fmt: skip
                job = self.songs.jobs.record.add(wish)
                self.songs.jobs.announce(job, is_new=job.id == wish.id)
                begun += 1
        return begun

    def _jobs_of(self, batch: Batch) -> dict[str, Job]:
        found = {}
        for entry in batch.entries:
            if entry.job_id:
                try:
                    found[entry.job_id] = self.songs.jobs.job(entry.job_id)
                except NotFoundError:
                    continue
        return found
