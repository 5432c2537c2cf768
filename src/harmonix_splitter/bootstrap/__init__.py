"""From settings to a working studio: the only place that names concrete classes.

One module per word builds that word's service from `Parts`. Nothing is built, and no heavy library is loaded, before
it is asked for: `harmonix separate` never opens the database, `harmonix users` never loads a model.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.config.settings import Settings
from harmonix_splitter.services.accounts import AccountsService
from harmonix_splitter.services.analysis import AnalysisDesk, AnalysisService
from harmonix_splitter.services.backups import BackupRound
from harmonix_splitter.services.batches import BatchService
from harmonix_splitter.services.demo import DemoService
from harmonix_splitter.services.doctor import DoctorService
from harmonix_splitter.services.estimates import EstimateService
from harmonix_splitter.services.housekeeping import HousekeepingService
from harmonix_splitter.services.idempotency import RepeatsService
from harmonix_splitter.services.jobs import JobsService
from harmonix_splitter.services.library import LibraryService
from harmonix_splitter.services.lyrics import LyricsSearch, LyricsService, WordTiming
from harmonix_splitter.services.missing import MissingService
from harmonix_splitter.services.moving_in import Moved
from harmonix_splitter.services.notes import NotesService
from harmonix_splitter.services.packs import PacksService
from harmonix_splitter.services.party import PartyService
from harmonix_splitter.services.playback import PlaybackService
from harmonix_splitter.services.playback_links import PlaybackLinksService
from harmonix_splitter.services.ports.accounts import ForeignDoor, LinkSigner
from harmonix_splitter.services.ports.backups import Backups
from harmonix_splitter.services.ports.browsing import SongShelf
from harmonix_splitter.services.ports.codecs import ChunkDecoder, ChunkEncoder
from harmonix_splitter.services.ports.models import ModelStore
from harmonix_splitter.services.recording import RecordingService
from harmonix_splitter.services.separation import SeparationService
from harmonix_splitter.services.settings import SettingsService
from harmonix_splitter.services.sharing import SharingService
from harmonix_splitter.services.songs import SongsService
from harmonix_splitter.services.sources import SourcesService
from harmonix_splitter.services.upgrades import UpgradesService
from harmonix_splitter.services.upkeep import UpkeepService
from harmonix_splitter.services.uploads import UploadsService
from harmonix_splitter.services.webhooks import WebhooksService


@dataclass(frozen=True)
class Studio:
    """Everything the product can do, built on demand."""

    parts: Parts

    def __post_init__(self) -> None:
        self.parts.current.heard.append(self._build_anew)

    def _build_anew(self) -> None:
        """What keeps values of the settings is built again when it is asked for next."""
        for word in (
            "analysis",
            "backup_round",
            "lyrics",
            "lyrics_search",
            "notes",
            "separation",
            "sources",
            "uploads",
        ):
            self.__dict__.pop(word, None)

    @property
    def settings(self) -> Settings:
        return self.parts.settings

    @cached_property
    def doctor(self) -> DoctorService:
        from harmonix_splitter.bootstrap.doctor import doctor

        return doctor(self.parts)

    @cached_property
    def accounts(self) -> AccountsService:
        from harmonix_splitter.bootstrap.accounts import accounts

        return accounts(self.parts)

    @cached_property
    def foreign_door(self) -> ForeignDoor | None:
        from harmonix_splitter.bootstrap.accounts import foreign_door

        return foreign_door(self.parts)

    @cached_property
    def link_signer(self) -> LinkSigner:
        from harmonix_splitter.bootstrap.accounts import link_signer

        return link_signer(self.parts)

    @cached_property
    def sharing(self) -> SharingService:
        from harmonix_splitter.bootstrap.sharing import sharing

        return sharing(self.parts)

    @cached_property
    def recordings(self) -> RecordingService:
        from harmonix_splitter.bootstrap.recording import recording

        return recording(self.parts)

    @cached_property
    def demo(self) -> DemoService:
        from harmonix_splitter.bootstrap.demo import demo

        return demo(self.parts)

    @cached_property
    def party(self) -> PartyService:
        from harmonix_splitter.bootstrap.party import party

        return party(self.parts)

    @cached_property
    def playback_links(self) -> PlaybackLinksService:
        from harmonix_splitter.bootstrap.playback_links import playback_links

        return playback_links(self.parts)

    @cached_property
    def repeats(self) -> RepeatsService:
        from harmonix_splitter.bootstrap.idempotency import repeats

        return repeats(self.parts)

    @cached_property
    def webhooks(self) -> WebhooksService:
        from harmonix_splitter.bootstrap.webhooks import webhooks

        return webhooks(self.parts)

    def telling(self) -> AbstractContextManager[None]:
        """Webhooks are told inside this block."""
        from harmonix_splitter.bootstrap.webhooks import telling

        return telling(self.parts, self.webhooks)

    def new_share_encoder(self) -> ChunkEncoder:
        from harmonix_splitter.adapters.media.share_codecs import OpusChunkEncoder

        return OpusChunkEncoder()

    def new_share_decoder(self) -> ChunkDecoder:
        from harmonix_splitter.adapters.media.share_codecs import OpusChunkDecoder

        return OpusChunkDecoder()

    @cached_property
    def models(self) -> ModelStore:
        from harmonix_splitter.bootstrap.separation import models

        return models(self.parts)

    @cached_property
    def analysis(self) -> AnalysisService:
        from harmonix_splitter.bootstrap.analysis import analysis

        return analysis(self.parts)

    @cached_property
    def analysis_desk(self) -> AnalysisDesk:
        from harmonix_splitter.bootstrap.analysis import analysis_desk

        return analysis_desk(self.parts)

    @cached_property
    def separation(self) -> SeparationService:
        from harmonix_splitter.bootstrap.separation import separation

        return separation(self.parts)

    @cached_property
    def housekeeping(self) -> HousekeepingService:
        from harmonix_splitter.bootstrap.housekeeping import housekeeping

        return housekeeping(self.parts)

    @cached_property
    def playback(self) -> PlaybackService:
        from harmonix_splitter.bootstrap.playback import playback

        return playback(self.parts)

    @cached_property
    def packs(self) -> PacksService:
        from harmonix_splitter.bootstrap.packs import packs

        return packs(self.parts)

    @cached_property
    def missing(self) -> MissingService:
        from harmonix_splitter.bootstrap.missing import missing

        return missing(self.parts)

    @cached_property
    def batches(self) -> BatchService:
        from harmonix_splitter.bootstrap.batches import batches

        return batches(self.parts)

    @cached_property
    def notes(self) -> NotesService:
        from harmonix_splitter.bootstrap.notes import notes

        return notes(self.parts)

    @cached_property
    def jobs(self) -> JobsService:
        from harmonix_splitter.bootstrap.jobs import jobs

        return jobs(self.parts)

    @cached_property
    def estimates(self) -> EstimateService:
        return EstimateService(self.jobs.record)

    @cached_property
    def songs(self) -> SongsService:
        from harmonix_splitter.bootstrap.songs import songs

        return songs(self.parts)

    @cached_property
    def library(self) -> LibraryService:
        from harmonix_splitter.bootstrap.library import library

        return library(self.parts)

    @cached_property
    def browsing(self) -> SongShelf:
        from harmonix_splitter.bootstrap.browsing import browsing

        return browsing(self.parts)

    @cached_property
    def sources(self) -> SourcesService:
        from harmonix_splitter.bootstrap.sources import sources

        return sources(self.parts)

    @cached_property
    def uploads(self) -> UploadsService:
        from harmonix_splitter.bootstrap.uploads import uploads

        return uploads(self.parts)

    @cached_property
    def lyrics(self) -> LyricsService:
        from harmonix_splitter.bootstrap.lyrics import lyrics

        return lyrics(self.parts)

    @cached_property
    def word_timing(self) -> WordTiming:
        """Aligning and transcribing plain files, without a database."""
        from harmonix_splitter.bootstrap.lyrics import timing

        return timing(self.parts)

    @cached_property
    def lyrics_search(self) -> LyricsSearch:
        from harmonix_splitter.bootstrap.lyrics import search

        return search(self.parts)

    @cached_property
    def upgrades(self) -> UpgradesService:
        from harmonix_splitter.bootstrap.upgrades import upgrades

        return upgrades(self.parts)

    @cached_property
    def upkeep(self) -> UpkeepService:
        from harmonix_splitter.bootstrap.upkeep import upkeep

        return upkeep(self.parts)

    @cached_property
    def backups(self) -> Backups:
        from harmonix_splitter.bootstrap.upkeep import backups

        return backups(self.parts)

    @cached_property
    def backup_round(self) -> BackupRound:
        from harmonix_splitter.bootstrap.upkeep import backup_round

        return backup_round(self.parts)

    def move_in(self, root: str = "", *, dry_run: bool = True) -> list[Moved]:
        """Bring the songs an older program left under `root` into the library."""
        from harmonix_splitter.bootstrap.upkeep import moving_in, old_library

        return moving_in(self.parts).move_in(old_library(self.parts, root), dry_run=dry_run)

    def crew(self) -> AbstractContextManager[None]:
        """Jobs are done inside this block, by this process."""
        from harmonix_splitter.bootstrap.workers import working

        return working(self.parts)

    def working(self) -> AbstractContextManager[None]:
        """Jobs are done inside this block, where the settings want a worker in this process."""
        from harmonix_splitter.bootstrap.settings import following

        return self.crew() if self.settings.server.worker_here else following(self.parts)

    @cached_property
    def choices(self) -> SettingsService:
        """Settings that are changed while the studio runs."""
        from harmonix_splitter.bootstrap.settings import settings

        return settings(self.parts)

    def prepare(self) -> None:
        """Make the data directory and bring the database up to date. Raises ConfigError with the next step."""
        from harmonix_splitter.bootstrap.database import prepare

        prepare(self.parts)

    def close(self) -> None:
        self.parts.close()


def studio(flags: Mapping[str, Any] | None = None, file: Path | None = None) -> Studio:
    return Studio(Parts.from_settings(flags, file))
