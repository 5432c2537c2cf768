"""A data directory that is ours alone and a database that is up to date."""

from pathlib import Path

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.bootstrap.settings import settings
from harmonix_splitter.errors import ConfigError


def prepare(parts: Parts) -> None:
    """Raise ConfigError when the folder cannot be written or the database cannot be brought up to date."""
    from harmonix_splitter.adapters.database.migrate import migrate

    migrate(parts.database, writable(parts.settings.data_dir) / "backups")
    settings(parts).refresh()


def writable(folder: Path) -> Path:
    """This folder, made where it was missing. Raise ConfigError when nothing can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as refused:
        raise ConfigError(
            f"The data directory {folder} cannot be written: {refused.strerror}.",
            advice="Choose another with --data-dir or HARMONIX_DATA_DIR, or correct its permissions.",
        ) from None
    return folder
