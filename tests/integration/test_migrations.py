"""The database comes up to date by itself, with a backup, and a newer one is refused."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from harmonix_splitter.adapters.database.base import Database
from harmonix_splitter.adapters.database.migrate import migrate
from harmonix_splitter.adapters.database.schema import metadata
from harmonix_splitter.adapters.database.word_index import has_word_index
from harmonix_splitter.errors import ConfigError


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")


def test_migrations_make_exactly_the_tables_the_code_knows(database: Database, tmp_path: Path) -> None:
    migrate(database, tmp_path / "backups")

    def of_ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or not str(name).startswith("library_words")

    with database.read() as connection:
        differences = compare_metadata(MigrationContext.configure(connection, opts={"include_name": of_ours}), metadata)
        assert has_word_index(connection)
    assert differences == []


def test_a_second_run_finds_nothing_to_do(database: Database, tmp_path: Path) -> None:
    migrate(database, tmp_path / "backups")
    migrate(database, tmp_path / "backups")

    assert not list((tmp_path / "backups").glob("*.sqlite3"))


@pytest.mark.parametrize("instead", ["", "CREATE VIRTUAL TABLE library_words USING fts5(words, content='')"])
def test_an_index_of_words_that_is_missing_or_a_trial_versions_is_made(
    database: Database, tmp_path: Path, instead: str
) -> None:
    migrate(database, tmp_path / "backups")
    with sqlite3.connect(tmp_path / "x.sqlite3") as raw:
        raw.executescript(f"DROP TABLE library_words; {instead}")

    migrate(database, tmp_path / "backups")

    with database.read() as connection:
        assert has_word_index(connection)


def test_a_database_from_a_newer_program_is_refused_untouched(database: Database, tmp_path: Path) -> None:
    migrate(database, tmp_path / "backups")
    with sqlite3.connect(tmp_path / "x.sqlite3") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(ConfigError, match="newer Harmonix"):
        migrate(database, tmp_path / "backups")


@pytest.mark.parametrize(
    ("undone", "lacks"),
    [
        ("DROP TABLE webhooks", r"lacks webhooks\."),
        ("ALTER TABLE library_items DROP COLUMN scale", r"lacks library_items\.scale\."),
    ],
)
def test_a_database_of_a_trial_version_is_refused_with_the_way_out(
    database: Database, tmp_path: Path, undone: str, lacks: str
) -> None:
    migrate(database, tmp_path / "backups")
    with sqlite3.connect(tmp_path / "x.sqlite3") as raw:
        raw.execute(undone)

    with pytest.raises(ConfigError, match=lacks) as refused:
        migrate(database, tmp_path / "backups")
    assert "Move the database away" in str(refused.value.advice)


def test_a_backup_is_taken_before_a_migration(database: Database, tmp_path: Path) -> None:
    migrate(database, tmp_path / "backups")
    with sqlite3.connect(tmp_path / "x.sqlite3") as raw:
        raw.execute("CREATE TABLE alembic_kept AS SELECT * FROM alembic_version")
    from harmonix_splitter.adapters.database import migrate as module

    module._backup(database, tmp_path / "backups", "0000")

    with sqlite3.connect(tmp_path / "backups" / "before-0000.sqlite3") as copy:
        assert copy.execute("SELECT count(*) FROM alembic_kept").fetchone() == (1,)


def of_the_first_form(database: Database, folder: Path) -> Path:
    """A database of the first form, with one copy in it."""
    migrate(database, folder / "backups")
    with sqlite3.connect(folder / "x.sqlite3") as raw:
        raw.execute("DROP TABLE job_dismissals")
        raw.execute("ALTER TABLE recording_sources DROP COLUMN duration")
        raw.execute("INSERT INTO recording_sources VALUES ('upload:copy', 'song', 1.3)")
        raw.execute("UPDATE alembic_version SET version_num = '0001'")
    return folder / "x.sqlite3"


def test_copies_that_were_known_before_stay_where_they_begin(database: Database, tmp_path: Path) -> None:
    path = of_the_first_form(database, tmp_path)

    migrate(database, tmp_path / "backups")

    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT * FROM recording_sources").fetchall() == [("upload:copy", "song", 1.3, None)]
    assert (tmp_path / "backups" / "before-0001.sqlite3").exists()


def test_a_trial_version_is_refused_after_a_migration_too(database: Database, tmp_path: Path) -> None:
    with sqlite3.connect(of_the_first_form(database, tmp_path)) as raw:
        raw.execute("DROP TABLE webhooks")

    with pytest.raises(ConfigError, match="trial version"):
        migrate(database, tmp_path / "backups")
