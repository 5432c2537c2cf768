"""What the contract suites of the records share: a database of each kind, and a library on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.library_rig import Rig
from tests.servers import postgres_server


@pytest.fixture(scope="package", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Empty for a SQLite file in the test's own folder."""
    if request.param == "sqlite":
        yield ""
        return
    with postgres_server(tmp_path_factory.mktemp("postgres")) as found:
        yield found


@pytest.fixture
def rig(database_url: str, tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path, database_url).create_tables()
    made.empty()
    yield made
    made.close()
