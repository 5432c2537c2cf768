"""Looking through songs: one's own and the library's, searched, filtered and sorted, a page at a time."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query

from harmonix_splitter.api.dependencies import CurrentUser, TheStudio
from harmonix_splitter.api.shapes import item_shape, page_shape, song_shape
from harmonix_splitter.api.song_cuts import start_shape
from harmonix_splitter.api.song_lyrics import card_words
from harmonix_splitter.domain.browsing import ListedSong, MusicFacts, SongWish, Whose, total_after

router = APIRouter(tags=["browsing"])

Words = Annotated[str, Query(max_length=300)]
Bpm = Annotated[float | None, Query(gt=0, le=1000)]
Sort = Literal["dateAdded", "date_added", "title", "artist", "bpm", "rating"]


@dataclass(frozen=True)
class View:
    """What of the songs is looked at, as an address says it."""

    whose: Whose = Whose.MINE
    q: Words = ""
    artist: Words = ""
    key: Annotated[str, Query(pattern=r"^((1[0-2]|[1-9])[AB])?$", description="A Camelot code.")] = ""
    bpm_min: Bpm = None
    bpm_max: Bpm = None
    instrument: Annotated[str, Query(pattern=r"^[a-z_]{0,40}$")] = ""
    has_lyrics: bool = False
    sort: Sort = "dateAdded"
    limit: Annotated[int, Query(ge=1, le=200)] = 50
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0

    def wish(self, user_id: str) -> SongWish:
        return SongWish(
            user_id,
            whose=self.whose,
            words=self.q,
            artist=self.artist,
            camelot=self.key,
            least_bpm=self.bpm_min,
            most_bpm=self.bpm_max,
            instrument=self.instrument,
            with_lyrics=self.has_lyrics,
            sort="date_added" if self.sort == "dateAdded" else self.sort,
            limit=self.limit,
            offset=self.offset,
        )


@router.get("/api/browse/songs", summary="Songs by wish, with what was found in them")
def browse(studio: TheStudio, user: CurrentUser, view: Annotated[View, Depends()]) -> dict[str, Any]:
    wish = view.wish(user.id)
    shown = [_listed(line) for line in studio.browsing.page(wish)]
    total = total_after(len(shown), view.limit, view.offset, lambda: studio.browsing.count(wish))
    return {"songs": shown, "pagination": page_shape(total, view.limit, view.offset)}


@router.get("/api/browse/songs/{song_id}", summary="One of one's songs, with what was found in it")
def one(studio: TheStudio, user: CurrentUser, song_id: str) -> dict[str, Any]:
    """As `GET /api/songs/{song_id}` shows it, with what was found in it and what it may be another take of."""
    song = studio.songs.song(song_id, None if user.is_admin else user.id)
    alike = studio.library.look_alikes(song.item_id) if song.item_id else []
    settled = song.declined | studio.songs.record.linked_among(user.id, [item.id for item, _ in alike])
    offered = [item_shape(item) | {"likeness": likeness or None} for item, likeness in alike if item.id not in settled]
    facts = facts_shape(studio.browsing.facts(song.item_id))
    given = studio.library.record.ratings(song.item_id) if song.item_id else []
    stars = next((rating.stars for rating in given if rating.user_id == user.id), None)
    card = song_shape(song) | card_words(studio, song) | start_shape(studio, song)
    return card | facts | {"looksLike": offered, "rating": stars}


def facts_shape(facts: MusicFacts) -> dict[str, Any]:
    return {
        "bpm": facts.bpm,
        "key": f"{facts.key} {facts.scale}".strip() or None,
        "camelot": facts.camelot or None,
        "instruments": list(facts.instruments),
    }


def _listed(line: ListedSong) -> dict[str, Any]:
    """A line of somebody's own is a song; one that is not yet theirs has no song's id, only the item's."""
    item, song, rating = line.item, line.song, line.stars or None
    made = {"stems": list(item.stems), "duration": item.duration, "engine": item.engine} if item else {}
    if song is not None:
        card = song_shape(song) | {"mine": True, "rating": rating, "hasLyrics": line.has_lyrics}
        # Whole texts are for the pages that show them.
        card |= {"plainLyrics": None, "syncedLyrics": None}
        return card | made | facts_shape(line.facts)
    assert item is not None
    theirs = {"itemId": item.id, "mine": False, "rating": rating, "status": "completed"}
    return item_shape(item) | theirs | facts_shape(line.facts)
