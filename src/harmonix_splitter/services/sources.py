"""Getting the audio and the facts of a source: a video, an upload; and what the web knows about it, remembered."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from harmonix_splitter.domain.songs import LONGEST_TEXT, UNKNOWN, SongFacts, facts_of_file, facts_of_tags
from harmonix_splitter.domain.sources import Source, SourceKind, source_of, youtube
from harmonix_splitter.errors import HarmonixError, InvalidRequestError, NotFoundError, SourceError
from harmonix_splitter.services.ports.progress import Progress
from harmonix_splitter.services.ports.sources import (
    AnswerStore,
    CookieJar,
    Fetched,
    FileTags,
    MusicCatalogue,
    UploadStore,
    VideoFacts,
    VideoSite,
)

KEPT = timedelta(days=30)
MOST_IN_PLAYLIST = 500
_NOTHING = SongFacts(UNKNOWN, UNKNOWN)


@dataclass(frozen=True)
class SourcesService:
    site: VideoSite
    catalogue: MusicCatalogue
    uploads: UploadStore
    answers: AnswerStore
    cookies: CookieJar
    tags: FileTags
    longest_seconds: float = 7200.0
    other_sites: tuple[str, ...] = ()

    def source_of(self, link: str) -> Source:
        """What a link names, here: YouTube's videos, and pages of the sites the settings allow."""
        return source_of(link, self.other_sites)

    def name_of(self, source: Source) -> SongFacts | None:
        """What a site called it when somebody searched for it, listed or looked at it; asks nobody."""
        told = self.answers.get(f"name:{source.key}", KEPT)
        title, artist = (str(text)[:LONGEST_TEXT].strip() or UNKNOWN for text in told or ("", ""))
        return SongFacts(title, artist) if told else None

    def search(self, words: str, most: int = 10) -> list[VideoFacts]:
        """Videos for some words; the answer is kept for thirty days."""
        wanted = " ".join(words.split())
        if not wanted:
            raise InvalidRequestError("Say what to search for.", field="query")
        found = self._kept(
            f"search:{most}:{wanted.casefold()}", lambda: [_as_dict(video) for video in self.site.search(wanted, most)]
        )
        return self._named([VideoFacts(**video) for video in found])

    def facts(self, source: Source) -> VideoFacts:
        found = VideoFacts(**self._kept(f"video:{source.id}", lambda: _as_dict(self.site.facts(source))))
        self.answers.put(f"name:{source.key}", [found.title, found.channel])
        return found

    def playlist(self, playlist_id: str, most: int = MOST_IN_PLAYLIST) -> list[VideoFacts]:
        return self._named(self.site.playlist(playlist_id, min(most, MOST_IN_PLAYLIST)))

    def metadata(self, title: str, artist: str = "", album: str = "", limit: int = 10) -> list[dict[str, Any]]:
        """Released music that fits, from iTunes; the answer is kept for thirty days."""
        key = f"itunes:{limit}:{title}|{artist}|{album}".casefold()
        found: list[dict[str, Any]] = self._kept(key, lambda: self.catalogue.search(title, artist, album, limit))
        return found

    def fetch(self, source: Source, user_id: str, replacement: str, folder: Path, progress: Progress) -> Fetched:
        """The audio in `folder`, with everything known about it. A replacement upload wins over the source itself."""
        if replacement or source.kind is SourceKind.UPLOAD:
            return self._from_upload(replacement or source.id, folder)
        if source.kind is SourceKind.LINK:
            self.source_of(source.url)  # the settings may have changed since it was asked for
        with ThreadPoolExecutor(2, thread_name_prefix="facts") as beside:
            facts = beside.submit(self._facts_or_none, source)
            picture = beside.submit(lambda: self._picture(facts.result(), folder))
            self._refuse_too_long(facts)
            path = self.site.download(source, folder, self._cookies_for(user_id), progress)
            return self._fetched(path, facts.result(), picture.result())

    def guess(self, source: Source, replacement: str = "") -> SongFacts:
        """What a card says of a source before anybody has looked into it."""
        if not replacement and source.kind is not SourceKind.UPLOAD:
            return _NOTHING
        try:
            return facts_of_file(self.uploads.find(replacement or source.id).name)
        except NotFoundError:
            return _NOTHING

    def _from_upload(self, upload_id: str, folder: Path) -> Fetched:
        kept = self.uploads.find(upload_id)
        path = self.uploads.take(upload_id, folder)
        return Fetched(path, facts_of_tags(self.tags.read(path), kept.name), self.tags.cover(path, folder))

    def _facts_or_none(self, source: Source) -> VideoFacts | None:
        """The card of a video is nice to have: when it cannot be had, the audio decides whether the job fails."""
        try:
            return self.facts(source)
        except SourceError as missing:
            if missing.facts.get("lasting"):
                raise
            return None

    def _refuse_too_long(self, facts: "Future[VideoFacts | None]") -> None:
        known = facts.result()
        if known is not None and known.duration > self.longest_seconds:
            raise InvalidRequestError(
                f"This video lasts {known.duration / 60:.0f} minutes; the limit is {self.longest_seconds / 60:.0f}.",
                advice="An admin can raise limits.duration_minutes.",
            )

    def _picture(self, facts: VideoFacts | None, folder: Path) -> Path | None:
        if facts is None or not facts.thumbnail:
            return None
        try:
            return self.site.thumbnail(facts.thumbnail, folder)
        except SourceError:
            return None

    def _fetched(self, path: Path, facts: VideoFacts | None, picture: Path | None) -> Fetched:
        if facts is None:
            return Fetched(path, _NOTHING, picture)
        details = {"channel": facts.channel, "channelId": facts.channel_id, **facts.details}
        details |= self._released(facts)
        album = str(facts.details.get("album") or "")[:LONGEST_TEXT]
        card = SongFacts((facts.title or UNKNOWN)[:LONGEST_TEXT], (facts.channel or UNKNOWN)[:LONGEST_TEXT], album)
        return Fetched(path, card, picture, details)

    def _released(self, facts: VideoFacts) -> dict[str, Any]:
        """The best iTunes answer; a catalogue that cannot be reached costs nothing but its facts."""
        try:
            found = self.metadata(facts.title, facts.channel, limit=1)
        except HarmonixError:
            return {}
        return {"itunes": found[0]} if found else {}

    def _cookies_for(self, user_id: str) -> str:
        return self.cookies.read(user_id) or self.cookies.read("")

    def _named(self, videos: list[VideoFacts]) -> list[VideoFacts]:
        """Remember what they are called: whoever asks for one by its link sees its name at once."""
        self.answers.put_all({f"name:{youtube(video.id).key}": [video.title, video.channel] for video in videos})
        return videos

    def _kept(self, key: str, ask: Any) -> Any:
        found = self.answers.get(key, KEPT)
        if found is None:
            found = ask()
            self.answers.put(key, found)
        return found


def _as_dict(video: VideoFacts) -> dict[str, Any]:
    return {**video.__dict__, "details": dict(video.details)}
