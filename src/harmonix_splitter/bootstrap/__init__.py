"""From settings to a working studio: the only place that names concrete classes.

One module per word builds that word's service from `Parts`. Nothing is built, and no heavy library is loaded, before
it is asked for: `harmonix separate` never opens the database, `harmonix users` never loads a model.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harmonix_splitter.bootstrap.built import Built
from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.config.settings import Settings

if TYPE_CHECKING:
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
    from harmonix_splitter.services.lyrics import LyricsBook, LyricsSearch, LyricsService, WordTiming
    from harmonix_splitter.services.missing import MissingService
    from harmonix_splitter.services.moving_in import MovedIn
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


class Studio:
    """Everything the product can do, built on demand."""

    doctor: Built[DoctorService] = Built()
    accounts: Built[AccountsService] = Built()
    foreign_door: Built[ForeignDoor | None] = Built("accounts")
    link_signer: Built[LinkSigner] = Built("accounts")
    sharing: Built[SharingService] = Built()
    recordings: Built[RecordingService] = Built("recording", "recording")
    demo: Built[DemoService] = Built()
    party: Built[PartyService] = Built()
    playback_links: Built[PlaybackLinksService] = Built()
    repeats: Built[RepeatsService] = Built("idempotency")
    webhooks: Built[WebhooksService] = Built()
    models: Built[ModelStore] = Built("separation")
    analysis: Built[AnalysisService] = Built()
    analysis_desk: Built[AnalysisDesk] = Built("analysis")
    separation: Built[SeparationService] = Built()
    housekeeping: Built[HousekeepingService] = Built()
    playback: Built[PlaybackService] = Built()
    packs: Built[PacksService] = Built()
    missing: Built[MissingService] = Built()
    batches: Built[BatchService] = Built()
    notes: Built[NotesService] = Built()
    jobs: Built[JobsService] = Built()
    songs: Built[SongsService] = Built()
    library: Built[LibraryService] = Built()
    browsing: Built[SongShelf] = Built()
    sources: Built[SourcesService] = Built()
    uploads: Built[UploadsService] = Built()
    lyrics: Built[LyricsService] = Built()
    lyrics_book: Built[LyricsBook] = Built("lyrics", "book")
    # Aligning and transcribing plain files, without a database.
    word_timing: Built[WordTiming] = Built("lyrics", "timing")
    lyrics_search: Built[LyricsSearch] = Built("lyrics", "search")
    upgrades: Built[UpgradesService] = Built()
    upkeep: Built[UpkeepService] = Built()
    backups: Built[Backups] = Built("upkeep")
    backup_round: Built[BackupRound] = Built("upkeep")
    # Settings that are changed while the studio runs.
    choices: Built[SettingsService] = Built("settings", "settings")

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        parts.current.heard.append(self._build_anew)

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
    def estimates(self) -> EstimateService:
        from harmonix_splitter.services.estimates import EstimateService

        return EstimateService(self.jobs.record)

    def move_in(self, root: str = "", *, dry_run: bool = True) -> MovedIn:
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

    def prepare(self) -> None:
        """Make the data directory and bring the database up to date. Raises ConfigError with the next step."""
        from harmonix_splitter.bootstrap.database import prepare

        prepare(self.parts)

    def close(self) -> None:
        self.parts.close()


def studio(flags: Mapping[str, Any] | None = None, file: Path | None = None) -> Studio:
    return Studio(Parts.from_settings(flags, file))
