"""Items made anew by a better engine in idle time; whoever has the earlier version hears both and keeps one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from harmonix_splitter.domain.identifiers import new_id
from harmonix_splitter.domain.jobs import LIVE, Job, JobKind
from harmonix_splitter.domain.library import LibraryItem
from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.domain.songs import Song
from harmonix_splitter.errors import ConflictError, NotFoundError
from harmonix_splitter.services.jobs import JobsService
from harmonix_splitter.services.library import LibraryService
from harmonix_splitter.services.ports.library import ItemQuery

OWNER = "upgrades"
"""Whose jobs they are that nobody asked for."""
KEPT = "keptVersion"
"""Among a song's details: up to which version its owner has chosen."""
POOR = 3.0
"""Stars; what people rate lower comes first."""
_MOST_LOOKED_AT = 200
_REST_SECONDS = 600.0


@dataclass(frozen=True)
class UpgradesService:
    library: LibraryService
    jobs: JobsService
    improves: Callable[[Recipe, str, str], bool]
    """Whether what would answer a recipe now is better than this engine with this model."""

    def make_anew(self, item_id: str, user_id: str) -> Job:
        """Have an item made again by whatever is best now, when nothing else waits; the old one stays beside it."""
        item = self.library.item(item_id)
        version = 1 + self.library.versions(item)[0].version
        wish = Job(
            new_id(), item.source, item.recipe, user_id, self.jobs.clock.now(), title=item.title, artist=item.artist,
            kind=JobKind.UPGRADE, wish={"version": str(version)},
        )  # fmt: skip
        job = self.jobs.record.add(wish)
        self.jobs.announce(job, is_new=job.id == wish.id)
        return job

    def worth_it(self) -> Iterator[LibraryItem]:
        """What a better engine could make anew: the poorly rated first, then what most people use."""
        poor = [item for item, stars, _ in self.library.record.worst_rated(_MOST_LOOKED_AT) if stars < POOR]
        used = self.library.find(ItemQuery(sort="usage", limit=_MOST_LOOKED_AT))[0]
        seen: set[str] = set()
        for item in (*poor, *(each for each in used if each.usage)):
            if item.id not in seen and self._could_be_better(item):
                yield item
            seen.add(item.id)

    def versions(self, song: Song) -> list[LibraryItem]:
        """What there is to hear of a song, the newest first; more than one when it was made anew."""
        found = self.library.versions(self.library.item(song.item_id))
        return [item for item in found if item.is_playable]

    def is_undecided(self, song: Song, versions: list[LibraryItem]) -> bool:
        """Whether there is a newer version than the owner has had to choose from."""
        newest = versions[0].version
        mine = next((item.version for item in versions if item.id == song.item_id), newest)
        chosen = song.details.get(KEPT, 0)
        return newest > max(mine, chosen if isinstance(chosen, int) else 0)

    def version(self, song: Song, item_id: str) -> LibraryItem:
        for item in self.versions(song):
            if item.id == item_id:
                return item
        raise NotFoundError("This song has no such version.")

    def keep(self, song: Song, item_id: str) -> Song:
        """The version the song's owner prefers; the other stays for whoever prefers that."""
        if not song.is_playable:
            raise ConflictError("This song is not ready yet.", status=song.status.value)
        chosen, before = self.version(song, item_id), song.item_id
        details = {**song.details, KEPT: self.versions(song)[0].version}
        kept = self.library.songs.save(replace(song, item_id=chosen.id, details=details))
        self.library.record.used([before], self.jobs.clock.now())
        self.library.links_changed(song.owner_id, {before, chosen.id})
        return kept

    def _could_be_better(self, item: LibraryItem) -> bool:
        """Only where the choice of the engine was left to us, and only the newest."""
        is_ours_to_choose = item.recipe.engine == "auto" and not item.recipe.model
        return (
            is_ours_to_choose
            and self.library.versions(item)[0].id == item.id
            and self.improves(item.recipe, item.engine, item.model)
        )


@dataclass
class IdleUpgrades:
    """One at a time, when nothing at all is to be done; each item once while this runs, so that what fails is left."""

    upgrades: UpgradesService
    wanted: Callable[[], bool]
    _tried: set[str] = field(default_factory=set)
    _rests_until: float = float("-inf")

    def look(self) -> Job | None:
        """Begin one, if this is the moment."""
        jobs = self.upgrades.jobs
        if not self.wanted() or jobs.clock.monotonic() < self._rests_until:
            return None
        if any(jobs.record.count().get(status) for status in LIVE) or jobs.record.held_since() is not None:
            return None
        item = next((each for each in self.upgrades.worth_it() if each.id not in self._tried), None)
        if item is None:
            self._rests_until = jobs.clock.monotonic() + _REST_SECONDS
            return None
        self._tried.add(item.id)
        return self.upgrades.make_anew(item.id, OWNER)
