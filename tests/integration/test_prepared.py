"""Questions handed to PostgreSQL's driver: they answer, fail and lose their connection as all others do."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Integer, bindparam, func, select
from sqlalchemy.exc import IntegrityError

from harmonix_splitter.adapters.database.base import Database, Moment
from harmonix_splitter.adapters.database.prepared import Prepared
from harmonix_splitter.errors import UnavailableError
from tests.servers import postgres_server

pytestmark = pytest.mark.postgres
NOON = datetime(2026, 5, 4, 14, 0, tzinfo=timezone(timedelta(hours=2)))
ASKED = select(
    bindparam("moment", type_=Moment).label("moment"),
    bindparam("notes", type_=JSON).label("notes"),
    (bindparam("number", type_=Integer) + 1).label("number"),
)
PUT_ONE = """
    CREATE FUNCTION put_one(integer) RETURNS integer LANGUAGE sql AS 'INSERT INTO kept VALUES ($1) RETURNING id'
"""
WHO = select(func.pg_backend_pid().label("pid"))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder: Path = tmp_path_factory.mktemp("postgres")
    with postgres_server(folder) as url:
        opened = Database(url)
        yield opened
        opened.close()


def plainly(database: Database, values: dict[str, Any]) -> dict[str, Any]:
    with database.read() as connection:
        return dict(connection.execute(ASKED, values).mappings().one())


@pytest.mark.parametrize("notes", [[], ["100 % sure", "naïve"], {"a": None}, None])
@pytest.mark.parametrize("moment", [NOON, None])
def test_answers_are_those_of_a_plain_question(database: Database, moment: datetime | None, notes: Any) -> None:
    values = {"moment": moment, "notes": notes, "number": 6}
    with database.write_at_once() as connection:
        (answer,) = Prepared(ASKED).ask(connection, values)
    assert answer == plainly(database, values)
    assert answer["number"] == 7
    assert moment is None or answer["moment"].tzinfo is UTC


def test_one_serves_many_askings(database: Database) -> None:
    prepared = Prepared(ASKED)
    for number in range(20):
        with database.write() as connection:
            (answer,) = prepared.ask(connection, {"moment": NOON, "notes": [number], "number": number})
        assert (answer["notes"], answer["number"]) == ([number], number + 1)


def test_a_value_that_is_forgotten_is_a_mistake(database: Database) -> None:
    with database.write_at_once() as connection, pytest.raises(KeyError, match="notes"):
        Prepared(ASKED).ask(connection, {"moment": NOON, "number": 6})


def test_what_it_writes_ends_with_its_transaction(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE kept (id integer PRIMARY KEY)")
    put = Prepared(select(func.put_one(bindparam("id", type_=Integer)).label("id")))
    with database.write() as connection:
        connection.exec_driver_sql(PUT_ONE)
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        put.ask(connection, {"id": 1})
        raise ZeroDivisionError
    with database.write() as connection:
        assert put.ask(connection, {"id": 1}) == [{"id": 1}]
    with pytest.raises(IntegrityError), database.write() as connection:
        put.ask(connection, {"id": 2})
        put.ask(connection, {"id": 1})
    with database.read() as connection:
        assert list(connection.exec_driver_sql("SELECT id FROM kept").scalars()) == [1]


@pytest.mark.parametrize("way", ["write", "write_at_once"])
def test_a_connection_that_is_lost_is_told_and_not_used_again(
    database: Database, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    who = Prepared(WHO)
    with pytest.raises(UnavailableError) as told, getattr(database, way)() as connection:
        (lost,) = who.ask(connection, {})
        with database.write_at_once() as other:
            other.execute(select(func.pg_terminate_backend(lost["pid"])))
        who.ask(connection, {})
    assert told.value.advice
    assert not caplog.records
    with getattr(database, way)() as connection:
        (now,) = who.ask(connection, {})
    assert now["pid"] != lost["pid"]
