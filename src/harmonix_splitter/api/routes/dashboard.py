"""The dashboard's own paths, as older clients know them: jobs and links in one list, links worked on in a batch."""

from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Body

from harmonix_splitter.api.dependencies import CurrentUser, MemberUser, TheStudio
from harmonix_splitter.api.shapes import old_job_shape, old_link_shape
from harmonix_splitter.api.wishes import LinksWish, LinkWish
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import User
from harmonix_splitter.domain.jobs import JobStatus
from harmonix_splitter.domain.songs import UNKNOWN, Song, SongFacts
from harmonix_splitter.errors import HarmonixError, InvalidRequestError, NotFoundError
from harmonix_splitter.services.ports.jobs import JobFilter
from harmonix_splitter.services.ports.songs import SongQuery

router = APIRouter(tags=["dashboard"])

_MOST_AT_ONCE = 20


@router.post("/validate-url")
def validate_url(studio: TheStudio, _user: CurrentUser, url: Annotated[str, Body(embed=True)]) -> dict[str, Any]:
    source = studio.sources.source_of(url)
    facts, site = studio.sources.facts(source), "YouTube" if source.is_youtube else urlsplit(source.url).netloc
    shown = {"title": facts.title, "duration": facts.duration, "uploader": facts.channel, "source": site}
    return {"valid": True, **shown, "inLibrary": studio.library.is_known(source.key)}


@router.post("/upload-url")
def upload_url(studio: TheStudio, user: MemberUser, wish: LinkWish) -> dict[str, Any]:
    source = studio.sources.source_of(wish.url)
    facts = SongFacts(wish.output_name, UNKNOWN) if wish.output_name else studio.sources.name_of(source)
    asked = studio.songs.request(user.id, source, wish.recipe(studio.settings), facts)
    if asked.song.is_playable:
        message = "In the library already."
        return {"job_id": asked.song.id, "status": "completed", "message": message, "instant": True}
    assert asked.job is not None
    return {"job_id": asked.job.id, "status": "downloading", "message": "The song will be worked on."}


@router.post("/batch-queue")
def queue_batch(studio: TheStudio, user: MemberUser, wish: LinksWish) -> dict[str, Any]:
    """Many links in one go; what is not a link is named, the others are worked on."""
    if len(wish.urls) > _MOST_AT_ONCE:
        raise InvalidRequestError(f"At most {_MOST_AT_ONCE} links at once.", advice="Send the rest afterwards.")
    jobs, refused = [], []
    for url in wish.urls:
        try:
            source = studio.sources.source_of(url)
            recipe = wish.recipe(studio.settings)
            asked = studio.songs.request(user.id, source, recipe, studio.sources.name_of(source))
        except InvalidRequestError as wrong:
            refused.append({"url": url, "error": wrong.message})
            continue
        status = "completed" if asked.song.is_playable else "queued"
        jobs.append({"job_id": asked.job.id if asked.job else asked.song.id, "url": url, "status": status})
    message = f"{len(jobs)} songs will be worked on."
    return {"batch_id": None, "queued": len(jobs), "jobs": jobs, "refused": refused, "message": message}


@router.get("/batch-queue")
def show_batch(studio: TheStudio, user: CurrentUser) -> dict[str, Any]:
    waiting = studio.jobs.listed(JobFilter(user.id, (JobStatus.PENDING,), limit=200))
    return {"pending": len(waiting), "queue": [old_job_shape(job, None, {}) for job in waiting]}


@router.delete("/batch-queue/{job_id}")
def leave_batch(studio: TheStudio, user: MemberUser, job_id: str) -> dict[str, Any]:
    studio.jobs.cancel(job_id, user.id)
    return {"message": "Removed from the queue."}


@router.get("/jobs")
def list_jobs(studio: TheStudio, user: CurrentUser) -> dict[str, Any]:
    """The caller's newest fifty songs, linked ones included."""
    songs, _ = studio.songs.find(SongQuery(user.id, sort="date_added", descending=True, limit=50))
    return {"jobs": [_shown(studio, song) for song in songs if song.source is not None]}


@router.get("/status/{job_id}")
def status(studio: TheStudio, user: CurrentUser, job_id: str) -> dict[str, Any]:
    return _shown(studio, _song_of(studio, user, job_id))


@router.put("/rename/{job_id}")
def rename(studio: TheStudio, user: MemberUser, job_id: str, name: Annotated[str, Body(embed=True)]) -> dict[str, Any]:
    """Another name on the card; files keep their own."""
    song = studio.songs.correct(_song_of(studio, user, job_id).id, user.id, title=name)
    return {"message": "Renamed.", "name": song.facts.title}


@router.delete("/delete/{job_id}")
def delete(studio: TheStudio, user: MemberUser, job_id: str) -> dict[str, Any]:
    song = _song_of(studio, user, job_id)
    studio.songs.delete(song.id, song.owner_id)
    return {"message": "Removed from your songs.", "type": "unlinked" if song.item_id else "deleted"}


def _song_of(studio: Studio, user: User, job_or_song_id: str) -> Song:
    """The caller's song behind either id: older clients know only one kind."""
    try:
        return studio.songs.song(job_or_song_id, user.id)
    except NotFoundError:
        found = studio.songs.record.of_job(job_or_song_id, user.id)
        if found is None:
            raise
        return found


def _shown(studio: Studio, song: Song) -> dict[str, Any]:
    stems = _stem_links(studio, song)
    if not song.job_id:
        return old_link_shape(song, stems)
    return old_job_shape(studio.jobs.job(song.job_id), song, stems)


def _stem_links(studio: Studio, song: Song) -> dict[str, str]:
    if not song.item_id:
        return {}
    try:
        item = studio.library.item(song.item_id)
    except HarmonixError:
        return {}
    return {stem: f"/library/{item.place.split('/')[0]}/{stem}" for stem in (*item.stems, "original")}
