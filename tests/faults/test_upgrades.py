"""A program that is replaced by a newer one, killed again and again while it brings its data to the newer form."""

import signal
from pathlib import Path

import pytest

from tests.faults.nth_write import Told, has_compiler, on_a_refusing_disk, said_by
from tests.servers import postgres_server

DRIVER = "tests.faults.migrating"


def check(told: list[Told], kind: str) -> None:
    """Before the one that came through, everything is as it was; after it everything is new."""
    tries = [each for each in told if each["kind"] == kind]
    *killed, last = tries
    assert len(killed) >= 5
    assert {each["ended"] for each in killed} == {-signal.SIGKILL}
    assert (last["ended"], last["version"]) == (0, "0003")
    for each in tries:
        is_new = each["version"] == "0003"
        assert (each["new"], each["tables"]) == ([is_new, is_new], killed[0]["tables"] + is_new)
        assert each["rows"] == {"songs": 5, "jobs": 4, "library_items": 1, "recordings": 3}


def check_jobs(told: list[Told]) -> None:
    jobs = told[-1]
    assert jobs["jobs"] == [["completed", 1], ["completed", 2], ["completed", 2], ["completed", 1]]
    assert (jobs["open"], jobs["items"], jobs["found"], jobs["faults"]) == (0, 4, 1, [])


@pytest.mark.skipif(not has_compiler(), reason="there is no C compiler to build the refusing disk with")
def test_an_upgrade_killed_anywhere_leaves_the_old_form_and_its_jobs_end_once_in_the_new(tmp_path: Path) -> None:
    told = on_a_refusing_disk(tmp_path, DRIVER, str(tmp_path), "", "7")

    check(told, "statement")
    check(told, "write")
    check_jobs(told)
    copies = [each["backup"] for each in told if each["kind"] == "write"]
    assert set(copies) == {"", "0002"}, "a copy has its name before it is whole, or is of the newer form"
    assert copies[-1] == "0002"


@pytest.mark.postgres
def test_on_postgresql_too(tmp_path: Path) -> None:
    with postgres_server(tmp_path) as url:
        told = said_by(DRIVER, str(tmp_path / "data"), url, "2")

    check(told, "statement")
    check_jobs(told)
