"""Past live sessions in SQL."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert, select

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.schema.share_history import past_shares
from harmonix_splitter.domain.share_history import PastShare
from harmonix_splitter.errors import NotFoundError


@dataclass(frozen=True)
class SqlShareHistory:
    database: Database

    def keep(self, share: PastShare) -> None:
        same = (past_shares.c.session == share.session) & (past_shares.c.epoch == share.epoch)
        with self.database.write() as connection:
            connection.execute(delete(past_shares).where(same))
            connection.execute(insert(past_shares).values(**asdict(share)))

    def get(self, session: str, epoch: int) -> PastShare:
        same = (past_shares.c.session == session) & (past_shares.c.epoch == epoch)
        with self.database.read() as connection:
            row = connection.execute(select(past_shares).where(same)).mappings().first()
        if row is None:
            raise NotFoundError("This session is not remembered.")
        return PastShare(**row)

    def of(self, owner_id: str | None, most: int) -> Sequence[PastShare]:
        wanted = select(past_shares).order_by(past_shares.c.started_at.desc()).limit(most)
        if owner_id is not None:
            wanted = wanted.where(past_shares.c.owner_id == owner_id)
        with self.database.read() as connection:
            return [PastShare(**row) for row in connection.execute(wanted).mappings()]
