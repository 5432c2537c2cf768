"""The spine of the studio on a real database and disk, with rooms that do no real work."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from harmonix_splitter.adapters.clock import SystemClock
from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.jobs import SqlJobs
from harmonix_splitter.adapters.database.library import SqlLibrary
from harmonix_splitter.adapters.database.lyrics import SqlLyricsShelf
from harmonix_splitter.adapters.database.schema import metadata
from harmonix_splitter.adapters.database.songs import SqlSongs
from harmonix_splitter.adapters.events.in_memory import InMemoryEvents
from harmonix_splitter.adapters.queues.slots import FileSlots
from harmonix_splitter.adapters.storage.copies import DiskCopies
from harmonix_splitter.adapters.storage.hand_placed import HandPlacedFolders
from harmonix_splitter.adapters.storage.link_notes import LinkNoteFiles
from harmonix_splitter.adapters.storage.local_disk import LocalDisk
from harmonix_splitter.adapters.storage.object_store import ObjectStore
from harmonix_splitter.adapters.storage.shared_folder import SharedFolder
from harmonix_splitter.adapters.storage.uploads import UploadFolder
from harmonix_splitter.domain.allowance import Allowance
from harmonix_splitter.domain.library import LibraryItem
from harmonix_splitter.domain.separation import Mode, Recipe
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.services.arrivals import ArrivalsService
from harmonix_splitter.services.jobs import JobsService
from harmonix_splitter.services.library import LibraryService
from harmonix_splitter.services.link_folders import LinkFolders
from harmonix_splitter.services.lyrics.book import LyricsBook
from harmonix_splitter.services.moving_in import MovingInService
from harmonix_splitter.services.ports.accounts import AccountNames
from harmonix_splitter.services.ports.clock import Clock
from harmonix_splitter.services.ports.events import EventBus
from harmonix_splitter.services.ports.jobs import Checkpoint, Claim, JobQueue, unmarked
from harmonix_splitter.services.ports.old_libraries import OldLibrary
from harmonix_splitter.services.ports.processing import Compares, Identifies
from harmonix_splitter.services.ports.sources import FileTags
from harmonix_splitter.services.ports.storage import LibraryStorage
from harmonix_splitter.services.processing import ProcessingService
from harmonix_splitter.services.recognition import RecognitionService
from harmonix_splitter.services.songs import SongsService
from harmonix_splitter.services.sources import SourcesService
from harmonix_splitter.services.upgrades import UpgradesService
from harmonix_splitter.services.upkeep import UpkeepService
from tests.fakes.accounts import Namesakes
from tests.fakes.processing import (
    FakeAnalyses,
    FakeCatalogue,
    FakeComparer,
    FakeIdentifier,
    FakeSeparation,
    FakeSite,
    FakeTags,
    FakeWords,
)
from tests.fakes.stores import AtOnce, FakeAnswers, FakeCookies, HeardQueue

KARAOKE = Recipe(Mode.KARAOKE)
GROUPED = Recipe()


@dataclass
class Rig:
    folder: Path
    url: str = ""
    clock: Clock = field(default_factory=SystemClock)
    events: EventBus = field(default_factory=InMemoryEvents)
    queue: JobQueue = field(default_factory=HeardQueue)
    site: FakeSite = field(default_factory=FakeSite)
    tags: FileTags = field(default_factory=FakeTags)
    separation: FakeSeparation = field(default_factory=FakeSeparation)
    analyses: FakeAnalyses = field(default_factory=FakeAnalyses)
    words: FakeWords = field(default_factory=FakeWords)
    identifier: Identifies = field(default_factory=FakeIdentifier)
    comparer: Compares = field(default_factory=FakeComparer)
    checkpoint: Checkpoint = unmarked
    outdated: set[str] = field(default_factory=set)
    allowance: Allowance = field(default_factory=Allowance)
    own_storage: LibraryStorage | None = None
    users: AccountNames = field(default_factory=Namesakes)
    pause: Callable[[int, float], timedelta] = lambda _attempt, _jitter: timedelta(0)

    @cached_property
    def database(self) -> Database:
        return Database(self.url or f"sqlite:///{self.folder / 'harmonix.sqlite3'}")

    def create_tables(self) -> "Rig":
        self.folder.mkdir(parents=True, exist_ok=True)
        metadata.create_all(self.database.engine)
        return self

    def empty(self) -> None:
        """Leave no row, where the database was used before."""
        with self.database.write() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())

    @cached_property
    def storage(self) -> LibraryStorage:
        return self.own_storage or LocalDisk(self.folder / "library", self.folder / "archive", self.checkpoint)

    @cached_property
    def uploads(self) -> UploadFolder:
        bucket = self.storage.bucket if isinstance(self.storage, ObjectStore) else None
        return UploadFolder(SharedFolder(self.folder / "uploads", bucket))

    @cached_property
    def slots(self) -> FileSlots:
        return FileSlots(self.folder / "locks", {"fetch": 3, "analyse": 2}, look_again=0.02)

    @cached_property
    def jobs(self) -> JobsService:
        return JobsService(SqlJobs(self.database), self.queue, self.events, self.clock, self.pause)

    @cached_property
    def library(self) -> LibraryService:
        return LibraryService(
            SqlLibrary(self.database),
            SqlSongs(self.database),
            self.storage,
            LinkFolders(self.users, LinkNoteFiles(self.folder / "outputs" / "users")),
            AtOnce(),
            self.events,
            self.clock,
        )

    @cached_property
    def sources(self) -> SourcesService:
        return SourcesService(self.site, FakeCatalogue(), self.uploads, FakeAnswers(), FakeCookies(), self.tags)

    @cached_property
    def songs(self) -> SongsService:
        return SongsService(SqlSongs(self.database), self.jobs, self.library, self.clock, lambda: self.allowance)

    @cached_property
    def recognition(self) -> RecognitionService:
        return RecognitionService(self.library, self.sources, self.identifier, self.comparer, self.slots, self.clock)

    @cached_property
    def processing(self) -> ProcessingService:
        return ProcessingService(
            self.jobs,
            self.library,
            self.storage,
            self.recognition,
            self.separation,
            self.analyses,
            self.words,
            self.slots,
            self.clock,
            self.checkpoint,
        )

    @cached_property
    def upgrades(self) -> UpgradesService:
        """Nothing is better than what there is, unless told otherwise."""
        return UpgradesService(self.library, self.jobs, lambda _recipe, _engine, model: model in self.outdated)

    @cached_property
    def upkeep(self) -> UpkeepService:
        return UpkeepService(self.library, self.comparer, self.arrivals)

    @cached_property
    def arrivals(self) -> ArrivalsService:
        def move_in(old: OldLibrary) -> list[str]:
            return [moved.outcome for moved in moving_in(self).move_in(old, dry_run=False).songs]

        return ArrivalsService(self.library, HandPlacedFolders(self.folder / "library"), move_in)

    def make(self, video_id: str, recipe: Recipe = KARAOKE, user: str = "ann") -> LibraryItem:
        """A finished item of a video, linked to a user."""
        asked = self.songs.request(user, youtube(video_id), recipe)
        while self.work():
            pass
        return self.library.item(self.songs.song(asked.song.id).item_id)

    def work(self) -> Claim | None:
        """Do the next job, here and now."""
        claimed = self.jobs.claim("tests")
        if claimed is None:
            return None
        self.processing.run(claimed[1])
        return claimed[1]

    def close(self) -> None:
        self.database.close()


def moving_in(rig: Rig, tags: FileTags | None = None) -> MovingInService:
    """Songs of older programs come in; everybody has the account of their name."""
    book = LyricsBook(SqlLyricsShelf(rig.database), rig.clock)
    return MovingInService(
        rig.library, rig.identifier, rig.comparer, tags or rig.tags, DiskCopies(), lambda name: name, book
    )
