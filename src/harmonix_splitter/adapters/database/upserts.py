"""Insert or refresh by id in one statement, built once: writing rows is the hot path of every request and job."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert


def upsert(table: Table, *kept: str) -> Callable[[Connection, Mapping[str, Any]], None]:
    """Writes whole rows of a table whose key is `id`; of a row that is there already, the `kept` columns stay."""
    statements = {
        "sqlite": or_refreshed(sqlite_insert(table), *kept),
        "postgresql": or_refreshed(postgres_insert(table), *kept),
    }

    def write(connection: Connection, row: Mapping[str, Any]) -> None:
        connection.execute(statements[connection.dialect.name], dict(row))

    return write


def or_refreshed(insert: Any, *kept: str) -> Any:
    changing = [column.name for column in insert.table.c if column.name not in {"id", *kept}]
    return insert.on_conflict_do_update(index_elements=["id"], set_={name: insert.excluded[name] for name in changing})
