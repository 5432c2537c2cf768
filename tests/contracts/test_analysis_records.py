"""What every keeper of analysis versions must do."""

from dataclasses import replace
from pathlib import Path

import pytest

from harmonix_splitter.adapters.database.analysis import SqlAnalyses
from harmonix_splitter.adapters.database.base import Database, metadata
from harmonix_splitter.domain.analysis import Analysis, Correction
from harmonix_splitter.domain.analysis.versions import AnalysisVersion, Origin
from harmonix_splitter.errors import ConflictError
from harmonix_splitter.services.ports.analysis import AnalysisRecords
from tests.fakes.analysis import InMemoryAnalyses
from tests.fakes.clock import FakeClock

FIRST = AnalysisVersion("r", 1, Analysis(12.5), Origin.MACHINE, "harmonix", FakeClock().now())
SECOND = replace(FIRST, number=2, origin=Origin.PERSON, author="ann", correction=Correction("key", {"key": "C"}))


@pytest.fixture(params=["memory", "sql"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> AnalysisRecords:
    if request.param == "memory":
        return InMemoryAnalyses()
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    metadata.create_all(database.engine)
    request.addfinalizer(database.close)
    return SqlAnalyses(database)


def test_versions_come_back_whole_and_oldest_first(records: AnalysisRecords) -> None:
    records.add(FIRST)
    records.add(SECOND)

    assert records.versions("r") == [FIRST, SECOND]
    assert records.versions("another") == []


def test_two_cannot_write_the_same_version(records: AnalysisRecords) -> None:
    records.add(FIRST)

    with pytest.raises(ConflictError):
        records.add(replace(FIRST, author="bob"))
