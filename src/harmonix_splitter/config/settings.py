"""The settings: read once, from flags, the environment, config.yaml and the defaults, in that order."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource

from harmonix_splitter.config.sections import (
    SECTIONS,
    AccountsSettings,
    AnalysisSettings,
    BackupsSettings,
    DatabaseSettings,
    DataSettings,
    LibrarySettings,
    LimitsSettings,
    LoggingSettings,
    LyricsSettings,
    QueueSettings,
    Section,
    SeparationSettings,
    ServerSettings,
    SharingSettings,
    SourcesSettings,
    WebhooksSettings,
)
from harmonix_splitter.errors import ConfigError

DEFAULT_FILE = Path("config/config.yaml")
_SECRETS = ("token", "secret", "password")


@dataclass(frozen=True)
class Settings:
    server: ServerSettings
    data: DataSettings
    database: DatabaseSettings
    queue: QueueSettings
    library: LibrarySettings
    limits: LimitsSettings
    separation: SeparationSettings
    analysis: AnalysisSettings
    accounts: AccountsSettings
    sharing: SharingSettings
    sources: SourcesSettings
    lyrics: LyricsSettings
    backups: BackupsSettings
    webhooks: WebhooksSettings
    logging: LoggingSettings
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def data_dir(self) -> Path:
        return self.data.dir.expanduser().resolve()

    @property
    def models_dir(self) -> Path:
        return (self.data.models_dir or self.data_dir / "models").expanduser().resolve()

    @property
    def library_dir(self) -> Path:
        return (self.library.dir or self.data_dir / "library").expanduser().resolve()

    @property
    def archive_dir(self) -> Path:
        return (self.library.archive_dir or self.data_dir / "archive").expanduser().resolve()

    @property
    def database_url(self) -> str:
        return _with_driver(self.database.url) or f"sqlite:///{self.data_dir / 'harmonix.sqlite3'}"

    @property
    def queue_kind(self) -> str:
        if self.queue.kind != "auto":
            return self.queue.kind
        return "celery" if self.queue.broker_url else "local"

    @property
    def log_file(self) -> Path:
        return (self.logging.file or self.data_dir / "logs" / "harmonix.log").expanduser().resolve()

    def rows(self) -> list[tuple[str, str, str]]:
        """Every key, its value as text (secrets hidden) and where it came from."""
        found = []
        for section, kind in SECTIONS.items():
            for key in kind.model_fields:
                name = f"{section}.{key}"
                found.append((name, _shown(key, getattr(getattr(self, section), key)), self.origins[name]))
        return found


def load(flags: Mapping[str, Any] | None = None, file: Path | None = None) -> Settings:
    """Flags ("server.port": 9000) win over the environment, which wins over the file, which wins over the defaults."""
    path = file or DEFAULT_FILE
    from_file = _read_file(path, required=file is not None)
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for name, kind in SECTIONS.items():
        chosen = _layers(name, kind, from_file.get(name, {}), path, flags or {})
        origins.update({f"{name}.{key}": chosen[key][1] if key in chosen else "default" for key in kind.model_fields})
        values[name] = validated(name, kind, chosen)
    return Settings(**values, origins=origins)


def _layers(
    section: str, kind: type[Section], from_file: Mapping[str, Any], path: Path, flags: Mapping[str, Any]
) -> dict[str, tuple[Any, str]]:
    chosen: dict[str, tuple[Any, str]] = {key: (value, f"file {path}") for key, value in from_file.items()}
    environment = EnvSettingsSource(kind)
    for key, info in kind.model_fields.items():
        value, name, is_complex = environment.get_field_value(info, key)
        if value is not None:
            prepared = _split(value) if is_complex or "tuple" in str(info.annotation) else value
            prefix = "" if info.validation_alias else str(kind.model_config.get("env_prefix", ""))
            chosen[key] = (prepared, f"env {prefix}{name.upper()}")
        flag = flags.get(f"{section}.{key}")
        if flag is not None:
            chosen[key] = (flag, "flag")
    return chosen


def _split(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def validated(section: str, kind: type[Section], chosen: Mapping[str, tuple[Any, str]]) -> Section:
    defaults = {key: info.default for key, info in kind.model_fields.items()}
    try:
        return kind(**{**defaults, **{key: value for key, (value, _) in chosen.items()}})
    except ValidationError as wrong:
        first = wrong.errors()[0]
        key = str(first["loc"][0]) if first["loc"] else ""
        value, origin = chosen.get(key, (first.get("input"), "default"))
        raise ConfigError(
            f"{section}.{key} cannot be {value!r} ({origin}): {first['msg']}.",
            advice="`harmonix config show --origin` prints every key with its value.",
            key=f"{section}.{key}",
        ) from None


def _read_file(path: Path, *, required: bool) -> dict[str, dict[str, Any]]:
    if not path.is_file():
        if required:
            raise ConfigError(f"There is no settings file {path}.", advice="Check --config.")
        return {}
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as broken:
        raise ConfigError(f"{path} is not valid YAML: {broken}.", advice="Correct the line it names.") from None
    if not isinstance(content, dict):
        raise ConfigError(f"{path} must hold sections such as `library:`.", advice="See docs/settings.md.")
    for section, keys in content.items():
        _known(str(section), list(SECTIONS), path)
        for key in keys or {}:
            _known(str(key), list(SECTIONS[section].model_fields), path, f"{section}.")
    return {section: dict(keys or {}) for section, keys in content.items()}


def _known(name: str, allowed: list[str], path: Path, prefix: str = "") -> None:
    if name in allowed:
        return
    near = difflib.get_close_matches(name, allowed, n=1)
    advice = f"Did you mean {prefix}{near[0]}?" if near else f"Known: {', '.join(allowed)}."
    raise ConfigError(f"{path} has an unknown key {prefix}{name}.", advice=advice, key=f"{prefix}{name}")


def _with_driver(url: str) -> str:
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def _shown(key: str, value: Any) -> str:
    if value and any(secret in key for secret in _SECRETS):
        return "********"
    if key.endswith("url") and "@" in str(value):
        return "…@" + str(value).rsplit("@", 1)[1]
    return "" if value is None else ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
