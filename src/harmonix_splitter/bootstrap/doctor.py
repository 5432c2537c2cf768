"""The checks of this installation: every part does a tiny real job."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harmonix_splitter.bootstrap.database import prepare
from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.errors import StorageError
from harmonix_splitter.services.doctor import DoctorService
from harmonix_splitter.services.ports.doctor import Check


@dataclass(frozen=True)
class NamedCheck:
    name: str
    job: Callable[[], str]
    needed: bool = True

    def run(self) -> str:
        return self.job()


def doctor(parts: Parts) -> DoctorService:
    checks: tuple[Check, ...] = (
        NamedCheck("python", _python),
        NamedCheck("data directory", lambda: _data_directory(parts)),
        NamedCheck("database", lambda: _database(parts)),
    )
    return DoctorService(checks, parts.clock)


def _python() -> str:
    return f"Python {sys.version.split()[0]} on {sys.platform}"


def _data_directory(parts: Parts) -> str:
    from harmonix_splitter.adapters.storage.space import free_bytes

    prepare(parts)
    free = free_bytes(parts.settings.data_dir)
    if free < 500_000_000:
        raise StorageError(
            f"{parts.settings.data_dir} has {free / 1e6:.0f} MB left.",
            advice="Free some space or choose another disk with HARMONIX_DATA_DIR.",
        )
    return f"{parts.settings.data_dir}, {free / 1e9:.1f} GB free"


def _database(parts: Parts) -> str:
    with parts.database.read() as connection:
        version = connection.dialect.server_version_info
    shown = ".".join(str(number) for number in version or ())
    return f"{connection.dialect.name} {shown} {_where(parts)}".strip()


def _where(parts: Parts) -> str:
    url = parts.database.url
    return Path(url.database or "").name if parts.database.is_sqlite else f"at {url.host}"
