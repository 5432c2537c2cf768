"""People's songs: asked for in one transaction, linked at once when anybody had them done before."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from harmonix_splitter.domain.allowance import DAY, UNLIMITED, Allowance, Use
from harmonix_splitter.domain.identifiers import new_id
from harmonix_splitter.domain.jobs import Job, JobKind
from harmonix_splitter.domain.lyrics.wishes import WordsWish
from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.domain.songs import UNKNOWN, Song, SongFacts, SongStatus, facts_of_file
from harmonix_splitter.domain.sources import Source, upload, youtube
from harmonix_splitter.domain.webhooks import TOPIC, Happening, notice
from harmonix_splitter.errors import ConflictError, NotFoundError
from harmonix_splitter.services.jobs import JobsService
from harmonix_splitter.services.library import LibraryService
from harmonix_splitter.services.ports.clock import Clock
from harmonix_splitter.services.ports.songs import Asked, SongQuery, SongRepository
from harmonix_splitter.services.ports.sources import Upload


@dataclass(frozen=True)
class SongsService:
    record: SongRepository
    jobs: JobsService
    library: LibraryService
    clock: Clock
    allowed: Callable[[], Allowance] = lambda: UNLIMITED

    def use_of(self, owner_id: str) -> Use:
        return self.record.use_of(owner_id, self.clock.now() - DAY)

    def create(self, owner_id: str, facts: SongFacts, video_id: str = "", **details: object) -> Song:
        """The card first, at once; what is to be done for it comes with `start`."""
        source = youtube(video_id) if video_id else None
        song = Song(new_id(), owner_id, facts, self.clock.now(), source=source, details=dict(details))
        return self.record.add(song)

    def start(self, song_id: str, owner_id: str | None, source: Source, recipe: Recipe) -> Asked:
        """Have a song's recording worked on: a link if somebody had it done, the running job, or a new one."""
        song = self.song(song_id, owner_id)
        if song.is_playable and song.source == source and song.recipe == recipe:
            return Asked(song)
        if song.job_id and song.status in {SongStatus.PENDING, SongStatus.PROCESSING}:
            raise ConflictError("This song is being worked on already.", advice="Cancel that job first.")
        return self._ask(replace(song, source=source, recipe=recipe, status=SongStatus.PENDING, error=""))

    def request(
        self,
        owner_id: str,
        source: Source,
        recipe: Recipe,
        facts: SongFacts | None = None,
        due_at: datetime | None = None,
    ) -> Asked:
        """Card and work in one step. Asking again for what one has, or is waiting for, gives the same song; with
        `due_at`, its job is brought forward."""
        known = self.record.of_user(owner_id, source.key, recipe.key)
        if known is not None and known.status is not SongStatus.ERROR:
            return Asked(known, self._job_of(known, due_at))
        song = known or Song(new_id(), owner_id, facts or SongFacts(UNKNOWN, UNKNOWN), self.clock.now())
        song = replace(song, details=song.details | self._picture_of(source))
        return self._ask(replace(song, source=source, recipe=recipe, status=SongStatus.PENDING, error=""), due_at)

    def request_upload(
        self,
        owner_id: str,
        received: Upload,
        recipe: Recipe,
        facts: SongFacts | None = None,
        due_at: datetime | None = None,
    ) -> Asked:
        source = upload(received.id)
        return self.request(owner_id, source, recipe, facts or self.facts_for(source, received.name), due_at)

    def facts_for(self, source: Source, name: str) -> SongFacts:
        """What a card made for a file of this name says: what is known of its recording, else what the name tells."""
        known = self.library.record.recording_of(source.key)
        return facts_of_file(name) if known is None else known[0].card

    def ask_for_words(self, song: Song, user_id: str, wish: WordsWish) -> Job:
        """Have the words of a playable song timed or written down; asking twice for the same is one job."""
        item = self.library.item(song.item_id)
        wanted = Job(
            new_id(), item.source, item.recipe, user_id, self.clock.now(), song_id=song.id, title=song.facts.title,
            artist=song.facts.artist, kind=JobKind.WORDS, item_id=item.id, duration=item.duration,
            wish=wish.to_document(),
        )  # fmt: skip
        job = self.jobs.record.add(wanted)
        self.jobs.announce(job, is_new=job.id == wanted.id)
        return job

    def song(self, song_id: str, owner_id: str | None = None) -> Song:
        """The song, if it is this user's (None: whoever asks may see everybody's)."""
        found = self.record.get(song_id)
        if owner_id is not None and found.owner_id != owner_id:
            raise NotFoundError(f"There is no song {song_id[:60]!r}.")
        return found

    def correct(self, song_id: str, owner_id: str | None, **changes: Any) -> Song:
        """Change what people read on the card."""
        song = self.song(song_id, owner_id)
        return self.record.save(replace(song, facts=replace(song.facts, **changes)))

    def decline_offer(self, song_id: str, owner_id: str, item_id: str) -> None:
        """What the library offered for this song is not what was meant."""
        song = self.song(song_id, owner_id)
        self.record.save(song.without_offer(self.library.item(item_id).id))

    def delete(self, song_id: str, owner_id: str | None) -> None:
        """Forget the card and its claim on the library; leave its job, which stops if nobody else waits."""
        song = self.song(song_id, owner_id)
        if song.job_id and song.status in {SongStatus.PENDING, SongStatus.PROCESSING}:
            self.jobs.cancel(song.job_id, song.owner_id)
        self.record.delete(song_id)
        if song.item_id:
            self.library.record.used([song.item_id], self.clock.now())
            self.library.links_changed(song.owner_id, [song.item_id])

    def find(self, query: SongQuery) -> tuple[list[Song], int]:
        return self.record.find(query), self.record.count(query)

    def artists(self, owner_id: str | None, words: str, limit: int, offset: int) -> tuple[list[tuple[str, int]], int]:
        return self.record.artists(owner_id, words, limit, offset)

    def _ask(self, song: Song, due_at: datetime | None = None) -> Asked:
        assert song.source is not None
        assert song.recipe is not None
        self._check_allowance(song.owner_id, song.source.key, song.recipe.key)
        facts = song.facts
        job = Job(
            id=new_id(),
            source=song.source,
            recipe=song.recipe,
            user_id=song.owner_id,
            created_at=self.clock.now(),
            song_id=song.id,
            title="" if facts.title == UNKNOWN else facts.title,
            artist="" if facts.artist == UNKNOWN else facts.artist,
            due_at=due_at,
        )
        asked = self.record.ask(song, job)
        if asked.job is not None:
            self.jobs.announce(asked.job, is_new=asked.is_new_job)
        else:
            self.library.links_changed(song.owner_id, [asked.song.item_id])
        told = {"songId": asked.song.id, "title": facts.title, "artist": facts.artist, "status": str(asked.song.status)}
        added = notice(Happening.SONG_ADDED, asked.song.id, [song.owner_id], told)
        self.jobs.events.publish(TOPIC, added)
        return replace(asked, job=asked.job and replace(asked.job, song_id=asked.song.id))

    def _picture_of(self, source: Source) -> dict[str, object]:
        """Whether a file that is known has a cover; videos have one."""
        known = None if source.is_youtube else self.library.record.recording_of(source.key)
        return {"picture": True} if known is not None and known[0].has_picture else {}

    def _check_allowance(self, owner_id: str, source_key: str, recipe_key: str) -> None:
        allowance = self.allowed()
        if allowance.is_limited and self.library.item_of(source_key, recipe_key) is None:
            allowance.check(self.use_of(owner_id), self.clock.now())

    def _job_of(self, song: Song, due_at: datetime | None) -> Job | None:
        if not song.job_id:
            return None
        job = self.jobs.bring_forward(song.job_id, due_at) if due_at else self.jobs.job(song.job_id)
        return replace(job, song_id=song.id)
