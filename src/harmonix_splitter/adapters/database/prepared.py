"""What every job asks of PostgreSQL is made into text once and handed to its driver: much less work than asking anew.

Transactions, types and errors are those of every other question.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Select, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError

Conversions = dict[str, Callable[[Any], Any]]


class Prepared:
    """A question to PostgreSQL; the values of its parameters come by name, and so do its answer's."""

    def __init__(self, question: Select[Any]) -> None:
        self._question = question
        self._made: _Made | None = None

    def ask(self, connection: Connection, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        made = self._made = self._made or _Made(self._question, connection.dialect)
        parameters = made.parameters(values)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(made.text, parameters)
            return [made.row(answer) for answer in cursor.fetchall()]
        except connection.dialect.loaded_dbapi.Error as failed:
            raise _told(connection, made.text, failed) from failed
        finally:
            cursor.close()


class _Made:
    def __init__(self, question: Select[Any], dialect: Dialect) -> None:
        compiled = question.compile(dialect=dialect)
        self.text = str(compiled)
        self._columns = [column.name for column in question.selected_columns]
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        self._fixed = {name: bind.effective_value for name, bind in binds.items() if not bind.required}
        into = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in binds.items()}
        self._into: Conversions = {name: convert for name, convert in into.items() if convert is not None}
        # PostgreSQL's own types the driver has read; only ours are left.
        ours = {each.name: each.type for each in question.selected_columns if isinstance(each.type, TypeDecorator)}
        out_of = {name: kind.result_processor(dialect, None) for name, kind in ours.items()}
        self._out_of: Conversions = {name: convert for name, convert in out_of.items() if convert is not None}

    def parameters(self, values: Mapping[str, Any]) -> dict[str, Any]:
        given = {**self._fixed, **values}
        for name, convert in self._into.items():
            given[name] = convert(given[name])
        return given

    def row(self, answer: tuple[Any, ...]) -> dict[str, Any]:
        row = dict(zip(self._columns, answer, strict=True))
        for name, convert in self._out_of.items():
            row[name] = convert(row[name])
        return row


def _told(connection: Connection, text: str, failed: Any) -> BaseException:
    """As SQLAlchemy tells it; a connection that is lost is not used again."""
    dialect = connection.dialect
    is_lost = dialect.is_disconnect(failed, connection.connection.dbapi_connection, None)
    if is_lost:
        connection.invalidate(failed)
    told: BaseException = DBAPIError.instance(
        text, None, failed, dialect.loaded_dbapi.Error, connection_invalidated=is_lost, dialect=dialect
    )
    return told
