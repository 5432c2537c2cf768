"""Claims on PostgreSQL among all the jobs there ever were: only those that wait or run are read."""

from pathlib import Path

import pytest

from harmonix_splitter.adapters.database.job_claims import claim
from harmonix_splitter.adapters.database.schema.jobs import jobs
from harmonix_splitter.domain.sources import youtube
from tests.fakes.library_rig import KARAOKE, Rig
from tests.servers import postgres_server

pytestmark = pytest.mark.postgres
OTHERS = [column.name for column in jobs.c if column.name not in {"id", "key", "status"}]
MANY_MORE = f"""
    INSERT INTO jobs (id, key, status, {", ".join(OTHERS)})
    SELECT 'old' || n, key || n, 'completed', {", ".join(OTHERS)} FROM jobs, generate_series(1, 3000) AS n
"""
READ_THROUGH = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'jobs'"


def test_a_claim_does_not_read_through_what_has_ended(tmp_path: Path) -> None:
    with postgres_server(tmp_path) as url:
        rig = Rig(tmp_path, url).create_tables()
        rig.songs.request("anna", youtube("longago0000"), KARAOKE)
        with rig.database.write_at_once() as connection:
            connection.exec_driver_sql(MANY_MORE)
        for number in range(40):
            rig.songs.request(f"user{number % 4}", youtube(f"waiting{number:04d}"), KARAOKE)
        with rig.database.write_at_once() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE jobs")
        with rig.database.write() as connection:
            # As a worker's plan is after its first few claims: made once, for any values.
            connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
            before = connection.exec_driver_sql(READ_THROUGH).scalar()
            claimed = [claim(connection, "worker", rig.clock.now(), None) for _ in range(8)]
            after = connection.exec_driver_sql(READ_THROUGH).scalar()
        assert len({job.id for job in claimed if job is not None}) == 8
        assert after == before
        rig.close()
