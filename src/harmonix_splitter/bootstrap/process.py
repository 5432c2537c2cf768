"""What a long-running process of ours owns: its logs and, for a server, its data directory."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.config import logging as logs
from harmonix_splitter.errors import ConfigError


def start_logging(parts: Parts) -> None:
    logs.start(parts.settings)
    parts.current.heard.append(lambda: logs.set_level(parts.settings.logging.level))


@contextmanager
def only_server(parts: Parts) -> Iterator[None]:
    """With SQLite, one server per data directory: the kernel keeps the lock and releases it on death."""
    if not parts.database.is_sqlite:
        yield
        return
    folder = parts.settings.data_dir
    with (folder / "server.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConfigError(
                f"Another Harmonix already serves {folder}.",
                advice="Use that one, choose another --data-dir, or move to PostgreSQL to run several.",
            ) from None
        yield


def take_over_stemtube(old: Path, target: Path | None) -> tuple[Path, list[str]]:
    """Settings of a StemTube installation as ours; the answer is the file and what was left behind."""
    from harmonix_splitter.config.settings import DEFAULT_FILE
    from harmonix_splitter.config.stemtube import take_over

    ours = target or DEFAULT_FILE
    return ours, take_over(old, ours)
