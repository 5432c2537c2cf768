"""A data directory that is ours alone and a database that is up to date."""

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.errors import ConfigError


def prepare(parts: Parts) -> None:
    from harmonix_splitter.adapters.database.migrate import migrate

    folder = parts.settings.data_dir
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
    migrate(parts.database, folder / "backups")
