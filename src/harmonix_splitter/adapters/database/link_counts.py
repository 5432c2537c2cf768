"""How many people link to an item: counted anew from their songs whenever one changes, in the same transaction."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, func, select, update

from harmonix_splitter.adapters.database.schema.library import items
from harmonix_splitter.adapters.database.schema.songs import songs

_LINKS = (
    select(func.count(songs.c.owner_id.distinct())).where(songs.c.item_id == items.c.id).correlate(items)
).scalar_subquery()
_RECOUNT = update(items).values(usage=_LINKS)
_THESE = items.c.id.in_(bindparam("wanted", expanding=True))
_RECOUNT_THESE = _RECOUNT.where(_THESE)
_RECOUNT_THIS = _RECOUNT.where(items.c.id == bindparam("this"))
_WAIT_FOR_THESE = select(items.c.id).where(_THESE).order_by(items.c.id).with_for_update()


def count_links_of(connection: Connection, item_id: str) -> None:
    """Of one item whose row this transaction has written already: nobody else can be changing its count."""
    connection.execute(_RECOUNT_THIS, {"this": item_id})


def count_links(connection: Connection, item_ids: Iterable[str]) -> None:
    wanted = sorted({item_id for item_id in item_ids if item_id})
    if not wanted:
        return
    if connection.dialect.name != "sqlite":
        # Whoever links the same item at this moment is waited for here, so that the count below sees their link.
        connection.execute(_WAIT_FOR_THESE, {"wanted": wanted})
    connection.execute(_RECOUNT_THESE, {"wanted": wanted})


def count_all_links(connection: Connection) -> int:
    """How many counts were wrong."""
    return connection.execute(_RECOUNT.where(items.c.usage != _LINKS)).rowcount
