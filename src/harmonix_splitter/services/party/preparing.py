"""The work on songs somebody waits for: asked for quickly, needed by a time, done again better afterwards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from harmonix_splitter.domain.identifiers import new_id
from harmonix_splitter.domain.jobs import Job, JobKind
from harmonix_splitter.domain.party import ReadyIn, Room, Work, prepared
from harmonix_splitter.domain.separation import VOCALS, Mode, Quality, Recipe
from harmonix_splitter.domain.songs import Song, SongFacts, SongStatus
from harmonix_splitter.domain.sources import Source, source_of
from harmonix_splitter.errors import NotFoundError
from harmonix_splitter.services.estimates import USUAL_SONG, EstimateService, TimeLeft
from harmonix_splitter.services.songs import SongsService

DRAFT = Recipe(mode=Mode.KARAOKE, quality=Quality.DRAFT)
QUICK = Recipe(mode=Mode.KARAOKE, quality=Quality.FAST)
REFINED = Recipe(mode=Mode.KARAOKE, quality=Quality.BALANCED)
_BELIEVED_FOR = 5.0


@dataclass(frozen=True)
class Preparing:
    """`name_of` tells what a source was called when somebody searched for it."""

    songs: SongsService
    estimates: EstimateService
    lanes: int = 1
    name_of: Callable[[Source], SongFacts | None] = lambda _source: None
    _known: dict[str, tuple[float, frozenset[str], Mapping[str, ReadyIn]]] = field(default_factory=dict)

    def wanted(self, room: Room, link: str, wait: float, now: float) -> Song:
        """The song behind a link: at once when any item of it has a voice of its own, else prepared for its turn."""
        source = source_of(link)
        recipe = self.recipe_here(source) or self.in_time(room, wait, now)
        return self.songs.request(room.owner_id, source, recipe, self.name_of(source)).song

    def recipe_here(self, source: Source) -> Recipe | None:
        """How the library has this source with a voice of its own; None where it has to be prepared."""
        known = self.songs.library.record.recording_of(source.key)
        items = self.songs.library.record.items_of(known[0].id) if known else []
        return next((item.recipe for item in items if item.is_playable and VOCALS in item.stems), None)

    def in_time(self, room: Room, wait: float, now: float) -> Recipe:
        """Quickly; as a draft where this installation knows that only a draft would be there before the turn."""
        quick, draft = (self.estimates.usual(recipe.key, USUAL_SONG) for recipe in (QUICK, DRAFT))
        if quick is None or (draft is not None and draft.most >= quick.most):
            return QUICK
        works = [*self._works(room, now), Work("", quick.least, quick.most, wait)]
        return QUICK if prepared(works, self.lanes)[""].most <= wait else DRAFT

    def begun(self, song: Song) -> Song:
        """A card nobody works on yet, being worked on; as it is where its source is not known."""
        is_idle = song.status is SongStatus.PENDING and not song.job_id
        if not is_idle or song.source is None:
            return song
        return self.songs.start(song.id, song.owner_id, song.source, song.recipe or QUICK).song

    def bring_forward(self, before: Room, after: Room) -> None:
        """Tell each job by when its song is needed, where that became earlier."""
        told = {turn.id: turn.due_at for turn in before.turns}
        for turn in after.turns:
            if turn.due_at is None or turn.due_at == told.get(turn.id):
                continue
            job = self._job_of(turn.song_id)
            if job is not None and job.is_live:
                self.songs.jobs.bring_forward(job.id, datetime.fromtimestamp(turn.due_at, UTC))

    def outlook(self, room: Room, now: float) -> Mapping[str, ReadyIn]:
        """When each song that is not ready will be, by its id; only where this installation can tell."""
        missing = _missing(room)
        if not missing:
            return {}
        at, songs, found = self._known.get(room.id, (0.0, frozenset[str](), {}))
        if songs != missing or not 0 <= now - at < _BELIEVED_FOR:
            found = self._looked_out(room, missing, now)
            self._known[room.id] = (now, missing, found)
        return found

    def refine(self, song: Song) -> None:
        """Have a song that was prepared quickly made again with more time, when nothing else waits."""
        if song.recipe not in (DRAFT, QUICK) or song.source is None or self._better(song) is not None:
            return
        job = Job(
            new_id(), song.source, REFINED, song.owner_id, self.songs.clock.now(), title=song.facts.title,
            artist=song.facts.artist, kind=JobKind.UPGRADE,
        )  # fmt: skip
        kept = self.songs.jobs.record.add(job)
        self.songs.jobs.announce(kept, is_new=kept.id == job.id)

    def take_better(self, song: Song) -> Song:
        """The song with its better stems, once they are there. Never for what is being sung."""
        better = self._better(song) if song.recipe in (DRAFT, QUICK) else None
        if better is None or not song.is_playable:
            return song
        return self.songs.record.save(replace(song, item_id=better, recipe=REFINED))

    def _better(self, song: Song) -> str | None:
        found = self.songs.library.item_of(song.source.key, REFINED.key) if song.source else None
        return found.id if found is not None else None

    def _looked_out(self, room: Room, missing: frozenset[str], now: float) -> Mapping[str, ReadyIn]:
        times = prepared(self._works(room, now), self.lanes)
        return {song_id: times[song_id] for song_id in missing if song_id in times}

    def _works(self, room: Room, now: float) -> list[Work]:
        """What is being prepared for the room, and what else keeps the machine busy."""
        waits = room.waits(now)
        due: dict[str, float] = {}
        for turn in room.turns:
            due[turn.song_id] = min(waits[turn.id], due.get(turn.song_id, waits[turn.id]))
        jobs = {song_id: self._job_of(song_id) for song_id in _missing(room)}
        ours = {job.id for job in jobs.values() if job is not None}
        others = {job.id: job for job in self.songs.jobs.record.running() if job.id not in ours}
        return [
            _work(song_id, job, left, due.get(song_id, 0.0))
            for song_id, job in (*jobs.items(), *others.items())
            if job is not None and job.is_live and (left := self.estimates.remaining(job)) is not None
        ]

    def _job_of(self, song_id: str) -> Job | None:
        try:
            job_id = self.songs.song(song_id).job_id
            return self.songs.jobs.record.get(job_id) if job_id else None
        except NotFoundError:
            return None


def _missing(room: Room) -> frozenset[str]:
    return frozenset(turn.song_id for turn in room.turns if not turn.is_ready and not turn.failure)


def _work(name: str, job: Job, left: TimeLeft, due_in: float) -> Work:
    return Work(name, left.least, left.most, due_in, is_running=job.progress > 0 or bool(job.worker))
