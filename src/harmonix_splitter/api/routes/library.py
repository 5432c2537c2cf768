"""The shared library: found, linked, rated; and looked after by admins."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query

from harmonix_splitter.api.dependencies import AdminUser, CurrentUser, MemberUser, TheStudio
from harmonix_splitter.api.pages import ThePage, Words
from harmonix_splitter.api.shapes import item_shape, numbers_shape, page_shape, song_shape
from harmonix_splitter.domain.job_news import job_document
from harmonix_splitter.domain.library import ItemStatus
from harmonix_splitter.domain.songs import UNKNOWN, SongFacts
from harmonix_splitter.services.ports.library import ItemQuery

router = APIRouter(tags=["library"])

Confirm = Annotated[bool, Body(embed=True)]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]


@router.get("/api/library")
def browse(studio: TheStudio, user: CurrentUser, page: ThePage, search: Words = "") -> dict[str, Any]:
    """What anybody has had done; `linked` says whether it is among the caller's songs."""
    wanted = ItemQuery(search, page.sort or "recent", page.direction != "asc", limit=page.limit, offset=page.offset)
    items, total = studio.library.find(wanted)
    mine = studio.songs.record.linked_among(user.id, [item.id for item in items])
    shown = [item_shape(item) | {"linked": item.id in mine} for item in items]
    pages = page_shape(total, page.limit, page.offset)
    return {"items": shown, "total_count": total, "search": search, "pagination": pages}


@router.get("/api/library/stats")
def stats(studio: TheStudio, _user: CurrentUser) -> dict[str, Any]:
    def shapes(sort: str) -> list[dict[str, Any]]:
        return [item_shape(item) for item in studio.library.find(ItemQuery(sort=sort, limit=10))[0]]

    return numbers_shape(studio.library.numbers()) | {"popular": shapes("usage"), "recent": shapes("recent")}


@router.get("/api/library/{item_id}")
def get_item(studio: TheStudio, _user: CurrentUser, item_id: str) -> dict[str, Any]:
    item = studio.library.item(item_id)
    stars = studio.library.record.ratings(item_id)
    mean = round(sum(rating.stars for rating in stars) / len(stars), 2) if stars else None
    return item_shape(item) | {"rating": mean, "ratings": len(stars)}


@router.post("/api/library/{item_id}/link")
def link(studio: TheStudio, user: MemberUser, item_id: str) -> dict[str, Any]:
    """Among the caller's songs, at once."""
    item = studio.library.item(item_id)
    facts = SongFacts(item.title or UNKNOWN, item.artist or UNKNOWN, duration_ms=round(item.duration * 1000))
    return song_shape(studio.songs.request(user.id, item.source, item.recipe, facts).song)


@router.put("/api/library/{item_id}/rating")
def rate(
    studio: TheStudio,
    user: MemberUser,
    item_id: str,
    stars: Annotated[int, Body()],
    comment: Annotated[str, Body()] = "",
) -> dict[str, bool]:
    studio.library.rate(item_id, user.id, stars, comment)
    return {"success": True}


@router.get("/admin/library/stats")
def admin_stats(studio: TheStudio, _user: AdminUser) -> dict[str, Any]:
    return numbers_shape(studio.library.numbers())


@router.get("/admin/library/browse")
def admin_browse(
    studio: TheStudio, _user: AdminUser, limit: Annotated[int, Query(ge=1, le=1000)] = 200, offset: Offset = 0
) -> dict[str, Any]:
    items, total = studio.library.find(ItemQuery(sort="usage", status=None, limit=limit, offset=offset))
    shown = [
        item_shape(item)
        | {
            "youtube_id": item.source.id if item.source.is_youtube else None,
            "display_name": item.title,
            "usage_count": item.usage,
            "size_mb": round(item.size / 1e6, 1),
        }
        for item in items
    ]
    return {"items": shown, "total": total}


@router.get("/admin/library/worst")
def worst(studio: TheStudio, _user: AdminUser) -> dict[str, Any]:
    """What people rated lowest: where another engine or another source would help most."""
    rated = studio.library.record.worst_rated(50)
    return {"items": [item_shape(item) | {"rating": round(mean, 2), "ratings": n} for item, mean, n in rated]}


@router.get("/admin/archive")
def archived(studio: TheStudio, _user: AdminUser) -> dict[str, Any]:
    items, total = studio.library.find(ItemQuery(status=ItemStatus.ARCHIVED, limit=1000))
    return {"items": [item_shape(item) for item in items], "total": total}


@router.post("/admin/library/{item_id}/archive")
def archive(studio: TheStudio, _user: AdminUser, item_id: str) -> dict[str, bool]:
    studio.library.archive(item_id, "by an admin")
    return {"success": True}


@router.post("/admin/archive/restore/{item_id}")
def restore(studio: TheStudio, _user: AdminUser, item_id: str) -> dict[str, Any]:
    return {"success": True, "item": item_shape(studio.library.restore(item_id))}


@router.post("/admin/library/{item_id}/upgrade", status_code=202)
def upgrade(studio: TheStudio, user: AdminUser, item_id: str) -> dict[str, Any]:
    """Made again by the best engine there is now, when nothing else waits. Whoever has the old one keeps it until they
    have heard both."""
    job = studio.upgrades.make_anew(item_id, user.id)
    return {"success": True, "job": job_document(studio.jobs.job(job.id, viewer=user.id))}


@router.post("/admin/library/{item_id}/pin")
def pin(
    studio: TheStudio, _user: AdminUser, item_id: str, pinned: Annotated[bool, Body(embed=True)] = True
) -> dict[str, bool]:
    studio.library.pin(item_id, pinned)
    return {"success": True}


@router.delete("/admin/archive/delete/{item_id}")
@router.delete("/admin/library/{item_id}")
def delete(studio: TheStudio, _user: AdminUser, item_id: str, confirm: Confirm = False) -> dict[str, Any]:
    """Asked twice: the first answer says what would be lost."""
    item = studio.library.item(item_id)
    if not confirm:
        message = f"{item.usage} people use this item. Deleting it cannot be undone."
        return {"requires_confirmation": True, "message": message, "item": item_shape(item)}
    studio.library.delete(item_id, confirmed=True)
    return {"success": True, "message": "Deleted."}
