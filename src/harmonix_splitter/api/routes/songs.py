"""Songs: people's cards, found, corrected and deleted."""

import hashlib
from collections import defaultdict
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import FileResponse, JSONResponse

from harmonix_splitter.api.dependencies import CurrentUser, MemberUser, TheStudio
from harmonix_splitter.api.error_responses import problem
from harmonix_splitter.api.pages import ThePage, TheSearchPage, Words
from harmonix_splitter.api.routes.uploads import begun
from harmonix_splitter.api.shapes import page_shape, song_shape
from harmonix_splitter.api.song_cuts import start_shape
from harmonix_splitter.api.song_files import song_files
from harmonix_splitter.api.song_lyrics import card_words, save_card_words
from harmonix_splitter.api.wishes import NewSong, RecipeWish, SongChanges
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import User
from harmonix_splitter.domain.songs import Song, SongFacts
from harmonix_splitter.errors import NotFoundError
from harmonix_splitter.services.library import THUMBNAIL
from harmonix_splitter.services.ports.storage import StoredFile

router = APIRouter(prefix="/api/songs", tags=["songs"])
MOST_ARTISTS, MOST_OF_AN_ARTIST = 200, 100
IfMatch = Annotated[str, Header(alias="if-match", max_length=200)]


@router.get("")
def list_songs(
    studio: TheStudio, user: CurrentUser, page: ThePage, q: Words = "", sort_by: Words = "date_added"
) -> list[dict[str, Any]]:
    """The caller's songs, a bare list, the newest first unless asked otherwise."""
    chosen = replace(page, sort=page.sort or sort_by, direction=page.direction or "desc")
    return [song_shape(song) for song in studio.songs.find(chosen.songs(user.id, q))[0]]


@router.post("", status_code=201)
def create_song(studio: TheStudio, user: MemberUser, wish: NewSong) -> dict[str, Any]:
    """The card, at once; the work is asked for with the download or upload that names its id."""
    duration = round(wish.duration_ms) if wish.duration_ms is not None else None
    facts = SongFacts(wish.title, wish.artist, wish.album or "", duration_ms=duration)
    song = studio.songs.create(user.id, facts, wish.video_id or "", **({"source": wish.source} if wish.source else {}))
    return song_shape(song)


@router.get("/search")
def search_songs(
    studio: TheStudio, user: CurrentUser, page: TheSearchPage, q: Words = "", group_by_artist: bool = False
) -> dict[str, Any]:
    """Songs whose title, artist or album hold every word; nothing for no words."""
    if not q.strip():
        return {"songs": [], "artists": [], "pagination": page_shape(0, page.limit, page.offset)}
    songs, total = studio.songs.find(page.songs(user.id, q))
    shapes = [song_shape(song) for song in songs]
    pages = page_shape(total, page.limit, page.offset)
    if not group_by_artist:
        return {"songs": shapes, "pagination": pages}
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for shape in shapes:
        groups[shape["artist"]].append(shape)
    artists = [{"artist": name, "songCount": len(own), "songs": own} for name, own in groups.items()]
    return {"artists": artists, "totalSongs": total, "totalArtists": len(artists), "pagination": pages}


@router.get("/artists")
def list_artists(studio: TheStudio, user: CurrentUser, page: ThePage, search: Words = "") -> dict[str, Any]:
    page = page.at_most(MOST_ARTISTS)
    artists, total = studio.songs.artists(user.id, search, page.limit, page.offset)
    shown = [{"name": name, "songCount": count, "firstLetter": name[:1].upper()} for name, count in artists]
    return {"artists": shown, "pagination": page_shape(total, page.limit, page.offset)}


@router.get("/by-artist/{name:path}")
def songs_by_artist(studio: TheStudio, user: CurrentUser, name: str, page: ThePage) -> dict[str, Any]:
    page = page.at_most(MOST_OF_AN_ARTIST)
    songs, total = studio.songs.find(page.songs(user.id, artist=name))
    shapes = [song_shape(song) for song in songs]
    return {"songs": shapes, "artist": name, "pagination": page_shape(total, page.limit, page.offset)}


@router.get("/{song_id}")
def get_song(studio: TheStudio, user: CurrentUser, song_id: str, answer: Response) -> dict[str, Any]:
    """The card. `startsAt` is the second of the library's song at which the caller's own file begins: negative when it
    begins before it, 0 when they begin together."""
    song = studio.songs.song(song_id, None if user.is_admin else user.id)
    answer.headers["ETag"] = _card_tag(song)
    return song_shape(song) | card_words(studio, song) | start_shape(studio, song)


@router.patch("/{song_id}", response_model=None)
def change_song(
    studio: TheStudio, user: MemberUser, song_id: str, changes: SongChanges, if_match: IfMatch = ""
) -> dict[str, Any] | JSONResponse:
    """Correct the card. With If-Match, 412 and the current tag when somebody corrected it meanwhile."""
    song = studio.songs.song(song_id, user.id)
    current = _card_tag(song)
    if if_match.strip() not in {"", "*", current}:
        refused = problem(412, "stale_card", "Somebody changed this card meanwhile.", advice="Read it again first.")
        refused.headers["ETag"] = current
        return refused
    given = {name: value for name, value in changes.model_dump(exclude_unset=True).items() if value is not None}
    if song.is_playable:
        words = given.pop("plain_lyrics", ""), given.pop("synced_lyrics", "")
        if any(each.strip() for each in words):
            save_card_words(studio, user, song, *words)
    changed = studio.songs.correct(song_id, user.id, **given)
    return song_shape(changed) | card_words(studio, changed) | start_shape(studio, changed)


@router.post("/{song_id}/again", status_code=202)
def make_again(studio: TheStudio, user: MemberUser, song_id: str, wish: RecipeWish) -> dict[str, Any]:
    """The same recording in another recipe, as a song beside this one; nothing is sent or fetched again."""
    song = studio.songs.song(song_id, None if user.is_admin else user.id)
    if song.source is None:
        raise NotFoundError("This song has no recording yet.", advice="Add a file or a link to it first.")
    return begun(studio.songs.request(user.id, song.source, wish.recipe(studio.settings), song.facts))


@router.post("/{song_id}/offers/{item_id}/decline")
def decline_offer(studio: TheStudio, user: MemberUser, song_id: str, item_id: str) -> dict[str, bool]:
    """What the library offered (`looksLike`) is not what was meant: it is not offered with this song again."""
    studio.songs.decline_offer(song_id, user.id, item_id)
    return {"success": True}


@router.delete("/{song_id}")
def delete_song(studio: TheStudio, user: MemberUser, song_id: str) -> dict[str, str]:
    studio.songs.delete(song_id, user.id)
    return {"message": "Song deleted."}


@router.get("/{song_id}/thumbnail")
async def thumbnail(studio: TheStudio, user: CurrentUser, song_id: str, request: Request) -> FileResponse:
    picture = await song_files(request).lane.run(_picture_of, studio, user, song_id)
    return FileResponse(
        picture.path, headers={"Cache-Control": "private, max-age=86400", "ETag": f'"{picture.sha256}"'}
    )


def _picture_of(studio: Studio, user: User, song_id: str) -> StoredFile:
    song = studio.songs.song(song_id, None if user.is_admin else user.id)
    if not song.item_id:
        raise NotFoundError("This song has no picture yet.")
    return studio.library.open_stem(song.item_id, THUMBNAIL)


def _card_tag(song: Song) -> str:
    """Changes with what people read on the card, and with nothing else."""
    return f'"{hashlib.sha256(repr(song.facts).encode()).hexdigest()[:16]}"'
