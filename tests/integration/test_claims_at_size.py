"""Jobs on PostgreSQL among all that ever was: only what waits or runs is read, and no claim or end is planned anew."""

from pathlib import Path

import pytest

from harmonix_splitter.adapters.database.job_claims import claim
from harmonix_splitter.adapters.database.schema.jobs import jobs
from harmonix_splitter.adapters.database.schema.songs import songs
from harmonix_splitter.domain.library import LibraryItem, item_id_of, place_of
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.services.ports.jobs import Claim
from tests.fakes.library_rig import KARAOKE, Rig
from tests.servers import postgres_server

pytestmark = pytest.mark.postgres
OTHERS = [column.name for column in jobs.c if column.name not in {"id", "key", "status"}]
MANY_MORE = f"""
    INSERT INTO jobs (id, key, status, {", ".join(OTHERS)})
    SELECT 'old' || n, key || n, 'completed', {", ".join(OTHERS)} FROM jobs, generate_series(1, 3000) AS n
"""
LINKED = [column.name for column in songs.c if column.name not in {"id", "job_id", "item_id"}]
MANY_LINKED = f"""
    INSERT INTO songs (id, job_id, item_id, {", ".join(LINKED)})
    SELECT 'old' || n, '', 'item' || n / 3, {", ".join(LINKED)} FROM songs, generate_series(1, 100000) AS n
"""
PLANNED = "SELECT statement, generic_plans FROM pg_prepared_statements WHERE starts_with(statement, 'WITH ')"
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


def test_what_every_job_asks_is_planned_once_among_many_songs_that_never_had_a_job(tmp_path: Path) -> None:
    with postgres_server(tmp_path) as url:
        rig = Rig(tmp_path, url).create_tables()
        rig.songs.request("anna", youtube("longago0000"), KARAOKE)
        with rig.database.write_at_once() as connection:
            connection.exec_driver_sql(MANY_LINKED)
            connection.exec_driver_sql("ANALYZE songs")
        for number in range(20):
            rig.songs.request(f"user{number % 4}", youtube(f"waiting{number:04d}"), KARAOKE)
        work_off(rig)
        with rig.database.read() as connection:
            plans = {row.statement: row.generic_plans for row in connection.exec_driver_sql(PLANNED)}
        assert len(plans) == 3
        assert min(plans.values()) > 10, plans
        rig.close()


def work_off(rig: Rig) -> None:
    while (job := rig.jobs.record.claim("worker", rig.clock.now())) is not None:
        place, now = place_of(job.source.folder, job.recipe), rig.clock.now()
        item = LibraryItem(item_id_of(place), job.id, job.source, job.recipe, place, (), 1, now)
        assert rig.jobs.record.complete(Claim(job.id, job.fence), item, now)
