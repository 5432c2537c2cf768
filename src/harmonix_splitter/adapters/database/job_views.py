"""Jobs as one of those who asked for them sees them: with their own song, and put away only if they did so."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)

from harmonix_splitter.adapters.database.schema.jobs import dismissals, jobs
from harmonix_splitter.adapters.database.schema.songs import of_job, songs
from harmonix_splitter.domain.jobs import Job
from harmonix_splitter.services.ports.jobs import JobFilter


def page(wanted: JobFilter) -> Select[Any]:
    """What somebody sees besides is looked up for the rows of the page only."""
    newest = _filtered(select(jobs), wanted).order_by(jobs.c.created_at.desc(), jobs.c.id)
    rows = newest.limit(wanted.limit).offset(wanted.offset)
    if wanted.seen_by is None:
        return rows
    found = rows.subquery("page")
    return seen(found, wanted.seen_by).order_by(found.c.created_at.desc(), found.c.id)


def seen(found: FromClause, viewer: str) -> Select[Any]:
    """These jobs with the viewer's own song of each, where they have one, and put away where they did so."""
    own = select(songs.c.id).where(of_job(found.c.id), songs.c.owner_id == viewer)
    # Two questions: the order within one may not speak of the job, says SQLite.
    named = own.where(songs.c.id == found.c.song_id).correlate(found).scalar_subquery()
    oldest = own.order_by(songs.c.added_at, songs.c.id).limit(1).correlate(found).scalar_subquery()
    theirs = {
        "song_id": func.coalesce(named, oldest, found.c.song_id),
        "is_dismissed": or_(found.c.is_dismissed, _put_away_by(viewer, found).correlate(found)),
    }
    return select(*(theirs[each.name].label(each.name) if each.name in theirs else each for each in found.c))


def songs_of_askers(connection: Connection, job_id: str) -> dict[str, str]:
    """One song of everybody whose songs name the job: the one that it names, or else the oldest."""
    rows = connection.execute(_SONGS_OF_ASKERS, {"job": job_id}).all()
    return {row.owner_id: row.id for row in reversed(rows)}


def of_user(user_id: str) -> ColumnElement[bool]:
    """What somebody asked for, first or after others."""
    theirs = select(songs.c.job_id).where(songs.c.owner_id == user_id, songs.c.job_id != "")
    return or_(jobs.c.user_id == user_id, jobs.c.id.in_(theirs))


def put_away(connection: Connection, job: Job, user_id: str | None) -> None:
    """Off this user's list; off everybody's with the last who sees it, or when no user is given."""
    if user_id is not None:
        gone = set(connection.execute(select(dismissals.c.user_id).where(dismissals.c.job_id == job.id)).scalars())
        gone.add(user_id)
        if not gone.issuperset({job.user_id, *songs_of_askers(connection, job.id)}):
            _note_put_away(connection, job.id, user_id)
            return
    connection.execute(update(jobs).where(jobs.c.id == job.id).values(is_dismissed=True))


def bring_back(connection: Connection, job_id: str) -> None:
    """Whoever put it away sees it again."""
    connection.execute(delete(dismissals).where(dismissals.c.job_id == job_id))


def _note_put_away(connection: Connection, job_id: str, user_id: str) -> None:
    mine = dismissals.c.job_id == job_id, dismissals.c.user_id == user_id
    if connection.execute(select(dismissals.c.job_id).where(*mine)).first() is None:
        connection.execute(dismissals.insert().values(job_id=job_id, user_id=user_id))


def _filtered(query: Select[Any], wanted: JobFilter) -> Select[Any]:
    if wanted.user_id is not None:
        query = query.where(of_user(wanted.user_id))
    if wanted.statuses:
        query = query.where(jobs.c.status.in_([str(status) for status in wanted.statuses]))
    if wanted.dismissed is not None:
        viewer = wanted.seen_by
        is_away = jobs.c.is_dismissed if viewer is None else or_(jobs.c.is_dismissed, _put_away_by(viewer, jobs))
        query = query.where(is_away if wanted.dismissed else ~is_away)
    return query


def _put_away_by(viewer: str, found: FromClause) -> Any:
    return select(dismissals.c.job_id).where(dismissals.c.job_id == found.c.id, dismissals.c.user_id == viewer).exists()


def _songs_by_owner() -> Select[str, str]:
    job = bindparam("job", type_=jobs.c.id.type)
    named = select(jobs.c.song_id).where(jobs.c.id == job).scalar_subquery()
    each = select(songs.c.owner_id, songs.c.id).where(of_job(job))
    return each.order_by(songs.c.owner_id, songs.c.id != named, songs.c.added_at, songs.c.id)


# Built once: whoever is told of a job is looked up with each step of it.
_SONGS_OF_ASKERS = _songs_by_owner()
