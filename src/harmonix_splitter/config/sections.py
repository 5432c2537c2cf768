"""What can be set, one class per section. The defaults are what a first start on a modest machine needs."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict


class Section(BaseSettings):
    """A part of the settings: HARMONIX_<SECTION>_<KEY> in the environment, `section: key:` in config.yaml."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *_others: Any, **_more: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what `settings.load` chose: it alone knows, and remembers, where each value came from."""
        return (init_settings,)


def _named(default: object, *names: str) -> object:
    """A value that also answers to the environment names the documents give it."""
    return Field(default, validation_alias=AliasChoices(*names))


class ServerSettings(Section):
    model_config = SettingsConfigDict(env_prefix="HARMONIX_SERVER_")

    host: str = _named("127.0.0.1", "HARMONIX_HOST", "HOST")  # type: ignore[assignment]
    port: Annotated[int, Field(ge=0, le=65535)] = _named(8000, "HARMONIX_PORT", "PORT")  # type: ignore[assignment]
    prefix: str = ""
    public_url: str = ""
    trusted_proxies: tuple[str, ...] = ()
    allowed_hosts: tuple[str, ...] = ("*",)
    worker_here: bool = True
    send_files: Literal["here", "x-accel", "x-sendfile"] = "here"


class DataSettings(Section):
    model_config = SettingsConfigDict(env_prefix="HARMONIX_DATA_")

    dir: Path = _named(Path("data"), "HARMONIX_DATA_DIR")  # type: ignore[assignment]
    models_dir: Path | None = _named(None, "HARMONIX_MODELS_DIR")  # type: ignore[assignment]


class DatabaseSettings(Section):
    model_config = SettingsConfigDict(env_prefix="HARMONIX_DATABASE_")

    url: str = _named("", "HARMONIX_DATABASE_URL")  # type: ignore[assignment]


class QueueSettings(Section):
    model_config = SettingsConfigDict(env_prefix="HARMONIX_QUEUE_")

    kind: Literal["auto", "local", "celery"] = "auto"
    broker_url: str = _named("", "HARMONIX_BROKER_URL")  # type: ignore[assignment]
    redis_url: str = _named("", "HARMONIX_REDIS_URL")  # type: ignore[assignment]
    separations_at_once: Annotated[int, Field(ge=1, le=64)] = 1
    fetches_at_once: Annotated[int, Field(ge=1, le=64)] = 3
    analyses_at_once: Annotated[int, Field(ge=1, le=64)] = 2
    memory_limit_mb: Annotated[int, Field(ge=0)] = 0


class LibrarySettings(Section):
    model_config = SettingsConfigDict(env_prefix="HARMONIX_LIBRARY_")

    enabled: bool = True
    dir: Path | None = _named(None, "HARMONIX_LIBRARY_DIR")  # type: ignore[assignment]
    archive_dir: Path | None = _named(None, "HARMONIX_ARCHIVE_DIR")  # type: ignore[assignment]
    auto_cleanup: bool = True
    cleanup_threshold_days: Annotated[int, Field(ge=1)] = 90
    max_size_gb: Annotated[float, Field(gt=0)] | None = _named(  # type: ignore[assignment]
        None, "HARMONIX_LIBRARY_MAX_GB", "HARMONIX_LIBRARY_MAX_SIZE_GB"
    )
    auto_upgrade: bool = False
    object_store: str = ""
    cache_gb: Annotated[float, Field(gt=0)] = 20
    watch: tuple[Path, ...] = ()


class LimitsSettings(Section):
    model_config = SettingsConfigDict(env_prefix="HARMONIX_LIMITS_")

    upload_mb: Annotated[int, Field(ge=1)] = 500
    duration_minutes: Annotated[int, Field(ge=1)] = 120
    anonymous_per_second: Annotated[int, Field(ge=0)] = 100
    writes_per_second: Annotated[int, Field(ge=0)] = 50
    quota_gb: Annotated[float, Field(gt=0)] | None = None
    songs_per_day: Annotated[int, Field(ge=1)] | None = None


class SeparationSettings(Section):
    model_config = SettingsConfigDict(env_prefix="HARMONIX_SEPARATION_")

    engine: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")] = "auto"
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    mode: Literal["karaoke", "grouped", "per_instrument"] = "grouped"
    quality: Literal["draft", "fast", "balanced", "studio"] = "balanced"
    threads: Annotated[int, Field(ge=0, le=256)] = 0


class AnalysisSettings(Section):
    model_config = SettingsConfigDict(env_prefix="HARMONIX_ANALYSIS_")

    beats: Literal["auto", "harmonix", "beat_this", "beatnet", "madmom"] = "auto"
    chords: Literal["auto", "hybrid", "chordnet", "btc", "madmom", "harmonix"] = "auto"
    key: Literal["auto", "harmonix", "keynet"] = "auto"
    sections: Literal["auto", "harmonix", "msaf"] = "auto"
    msaf_python: Path | None = None
    namer_url: str = ""
    namer_model: str = ""
    namer_token: str = ""


class AccountsSettings(Section):
    model_config = SettingsConfigDict(env_prefix="HARMONIX_ACCOUNTS_")

    sign_up: Literal["open", "invite", "closed"] = "invite"
    guests: bool = True
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""


class SharingSettings(Section):
    model_config = SettingsConfigDict(env_prefix="HARMONIX_SHARING_")

    bearer_token: str = _named("", "BEARER_TOKEN")  # type: ignore[assignment]
    sessions: Annotated[int, Field(ge=1)] = 50


class SourcesSettings(Section):
    model_config = SettingsConfigDict(env_prefix="HARMONIX_SOURCES_")

    youtube: bool = True
    itunes: bool = True
    lrclib: bool = True
    other_sites: tuple[str, ...] = ()
    cookies_file: Path | None = None
    youtube_url: str = "https://www.youtube.com"
    itunes_url: str = "https://itunes.apple.com"
    lrclib_url: str = "https://lrclib.net"


class LyricsSettings(Section):
    model_config = SettingsConfigDict(env_prefix="HARMONIX_LYRICS_")

    transcribe: bool = True
    speech_model: str = "small"


class WebhooksSettings(Section):
    model_config = SettingsConfigDict(env_prefix="HARMONIX_WEBHOOKS_")

    enabled: bool = True
    allow_private: tuple[str, ...] = ()


class BackupsSettings(Section):
    model_config = SettingsConfigDict(env_prefix="HARMONIX_BACKUPS_")

    daily_at: Annotated[int, Field(ge=0, le=23)] | None = None
    keep: Annotated[int, Field(ge=1, le=1000)] = 7


class LoggingSettings(Section):
    model_config = SettingsConfigDict(env_prefix="HARMONIX_LOGGING_")

    level: Literal["debug", "info", "warning", "error"] = "info"
    file: Path | None = None
    console: Literal["auto", "text", "json", "off"] = "auto"
    browser_errors: bool = False
    metrics: bool = False


SECTIONS: dict[str, type[Section]] = {
    "server": ServerSettings,
    "data": DataSettings,
    "database": DatabaseSettings,
    "queue": QueueSettings,
    "library": LibrarySettings,
    "limits": LimitsSettings,
    "separation": SeparationSettings,
    "analysis": AnalysisSettings,
    "accounts": AccountsSettings,
    "sharing": SharingSettings,
    "sources": SourcesSettings,
    "lyrics": LyricsSettings,
    "backups": BackupsSettings,
    "webhooks": WebhooksSettings,
    "logging": LoggingSettings,
}
