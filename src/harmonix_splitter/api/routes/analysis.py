"""What is known of a song's music, and the corrections people make to it."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from harmonix_splitter.api.dependencies import CurrentUser, MemberUser, TheStudio
from harmonix_splitter.api.song_cuts import TheTimes, cut_asked, tag_in
from harmonix_splitter.api.versions import IfMatch, number_in, tag_of
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import User
from harmonix_splitter.domain.analysis import Analysis, Correction
from harmonix_splitter.domain.analysis.cuts import shifted
from harmonix_splitter.domain.analysis.jams import to_jams
from harmonix_splitter.domain.analysis.versions import AnalysisVersion
from harmonix_splitter.domain.cuts import Cut, Times
from harmonix_splitter.domain.songs import Song
from harmonix_splitter.errors import NotFoundError

router = APIRouter(prefix="/api/songs/{song_id}/analysis", tags=["analysis"])


class CorrectionWish(BaseModel):
    """`kind` says what: double_tempo, halve_tempo, shift_downbeat, move_beats, time_signature, tap, key, chord,
    section; the rest is what that kind needs."""

    model_config = ConfigDict(extra="allow")

    kind: str


@router.get("")
def analysis(studio: TheStudio, user: CurrentUser, song_id: str, answer: Response, times: TheTimes) -> dict[str, Any]:
    """The current version."""
    _, current, cut = _read(studio, user, song_id, times)
    answer.headers["ETag"] = tag_in(current.number, cut)
    return _shown(current)


@router.get("/jams")
def jams(studio: TheStudio, user: CurrentUser, song_id: str, times: TheTimes) -> dict[str, Any]:
    """The same in the form music research exchanges annotations in."""
    song, current, _ = _read(studio, user, song_id, times)
    return to_jams(current.analysis, song.facts.title, song.facts.artist)


@router.get("/versions")
def versions(studio: TheStudio, user: CurrentUser, song_id: str) -> list[dict[str, Any]]:
    """Who changed what and when, oldest first."""
    return [version.to_document() for version in studio.analysis_desk.history(_recording(studio, user, song_id))]


@router.get("/versions/{before}/difference/{after}")
def difference(studio: TheStudio, user: CurrentUser, song_id: str, before: int, after: int) -> dict[str, Any]:
    return dict(studio.analysis_desk.difference(_recording(studio, user, song_id), before, after))


@router.post("/corrections", status_code=201)
def correct(
    studio: TheStudio, user: MemberUser, song_id: str, wish: CorrectionWish, answer: Response, if_match: IfMatch = ""
) -> dict[str, Any]:
    """Put something right; what depends on it is redone and the old version is kept. With If-Match, 412 and the
    current tag when somebody corrected it meanwhile."""
    recording, correction = _recording(studio, user, song_id), Correction.from_document(wish.model_dump())
    made = studio.analysis_desk.correct(recording, correction, user.id, number_in(if_match))
    answer.headers["ETag"] = tag_of(made.number)
    return _published(studio, made)


@router.post("/versions/{number}/revert", status_code=201)
def revert(studio: TheStudio, user: MemberUser, song_id: str, number: int) -> dict[str, Any]:
    return _published(studio, studio.analysis_desk.revert(_recording(studio, user, song_id), number, user.id))


@router.post("/versions/{number}/accept", status_code=201)
def accept(studio: TheStudio, user: MemberUser, song_id: str, number: int) -> dict[str, Any]:
    """Take over what a new analysis proposed."""
    return _published(studio, studio.analysis_desk.accept(_recording(studio, user, song_id), number, user.id))


def _read(studio: Studio, user: User, song_id: str, times: Times) -> tuple[Song, AnalysisVersion, Cut | None]:
    """The current version in the times that are asked for, and the cut whose times these are."""
    song = _song(studio, user, song_id)
    current, cut = studio.analysis_desk.current(_recording(studio, user, song_id)), cut_asked(studio, song, times)
    return song, replace(current, analysis=shifted(current.analysis, cut)) if cut else current, cut


def _song(studio: Studio, user: User, song_id: str) -> Song:
    return studio.songs.song(song_id, None if user.is_admin else user.id)


def _recording(studio: Studio, user: User, song_id: str) -> str:
    """The song's recording; its first analysis becomes version one when somebody asks for it."""
    song = _song(studio, user, song_id)
    if not song.item_id:
        raise NotFoundError("This song has not been analysed yet.")
    recording = studio.library.record.recording(studio.library.item(song.item_id).recording_id)
    if recording.analysis is None or not recording.is_analysed:
        raise NotFoundError("This song has not been analysed.")
    if not studio.analysis_desk.history(recording.id):
        studio.analysis_desk.record(recording.id, Analysis.from_document(recording.analysis))
    return recording.id


def _published(studio: Studio, version: AnalysisVersion) -> dict[str, Any]:
    """Everybody who has this recording sees the new version."""
    studio.library.record.save_analysis(version.recording_id, version.analysis.to_document())
    return _shown(version)


def _shown(version: AnalysisVersion) -> dict[str, Any]:
    return {**version.analysis.to_document(), "about": version.to_document()}
