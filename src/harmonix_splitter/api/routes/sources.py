"""What the web knows about music, and the cookies people lend."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query

from harmonix_splitter.api.dependencies import AdminUser, CurrentUser, MemberUser, TheStudio
from harmonix_splitter.domain.songs import Song
from harmonix_splitter.errors import InvalidRequestError

router = APIRouter(prefix="/api", tags=["sources"])

Text = Annotated[str, Query(max_length=300)]
Cookies = Annotated[str, Body(media_type="text/plain", max_length=200_000)]


@router.get("/metadata/search")
def search_metadata(
    studio: TheStudio,
    _user: CurrentUser,
    title: Text = "",
    artist: Text = "",
    album: Text = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> dict[str, Any]:
    if not (title.strip() or artist.strip()):
        raise InvalidRequestError("Say a title or an artist.", field="title")
    found = studio.sources.metadata(title.strip(), artist.strip(), album.strip(), limit)
    asked = {"title": title, "artist": artist, "album": album, "limit": limit}
    return {"results": found, "searchParams": asked, "count": len(found), "success": True}


@router.post("/songs/metadata/auto")
def take_metadata(studio: TheStudio, user: MemberUser, wish: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
    """Save the first answer of the catalogue on a song."""
    song: Song = studio.songs.song(str(wish.get("song_id") or wish.get("songId") or ""), user.id)
    title, artist = str(wish.get("title") or song.facts.title), str(wish.get("artist") or song.facts.artist)
    found = studio.sources.metadata(title, artist, str(wish.get("album") or ""), 1)
    if not found:
        return {"success": False, "message": "Nothing was found."}
    first = found[0]
    known = {"album": first.get("album"), "genre": first.get("genre"), "year": first.get("releaseYear")}
    studio.songs.correct(song.id, user.id, **{name: value for name, value in known.items() if value})
    return {"success": True, "metadata": first}


@router.put("/sources/cookies")
def lend_cookies(studio: TheStudio, user: MemberUser, cookies: Cookies) -> dict[str, bool]:
    """Cookies (Netscape form) used for this user's downloads alone; kept encrypted."""
    studio.sources.cookies.save(user.id, cookies)
    return {"success": True}


@router.delete("/sources/cookies")
def take_cookies_back(studio: TheStudio, user: MemberUser) -> dict[str, bool]:
    studio.sources.cookies.forget(user.id)
    return {"success": True}


@router.put("/admin/cookies")
def lend_server_cookies(studio: TheStudio, _user: AdminUser, cookies: Cookies) -> dict[str, bool]:
    studio.sources.cookies.save("", cookies)
    return {"success": True}


@router.get("/admin/cookies/status")
def server_cookies(studio: TheStudio, _user: AdminUser) -> dict[str, bool]:
    return {"present": bool(studio.sources.cookies.read(""))}


@router.delete("/admin/cookies")
def remove_server_cookies(studio: TheStudio, _user: AdminUser) -> dict[str, bool]:
    studio.sources.cookies.forget("")
    return {"success": True}
