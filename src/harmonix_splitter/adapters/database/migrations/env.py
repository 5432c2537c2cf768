"""Alembic's entry: runs the migrations on the connection it is handed."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from harmonix_splitter.adapters.database.base import Moment
from harmonix_splitter.adapters.database.schema import metadata


def _rendered(kind: str, thing: Any, autogenerate: AutogenContext) -> str | Literal[False]:
    """Our own column type by its short name."""
    if kind == "type" and isinstance(thing, Moment):
        autogenerate.imports.add("from harmonix_splitter.adapters.database.base import Moment")
        return "Moment()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=_rendered,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
