"""The files of a song for whoever may hear it, remembered for a few seconds: players ask for many small ranges."""

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from starlette.requests import Request

from harmonix_splitter.api.gate import identity_of
from harmonix_splitter.api.storage_lane import StorageLane
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.accounts import Role, Scope, User
from harmonix_splitter.domain.file_names import plain_name
from harmonix_splitter.domain.separation import ORIGINAL, stem_name
from harmonix_splitter.domain.songs import Song
from harmonix_splitter.errors import ConflictError, NotFoundError, SignInRequiredError
from harmonix_splitter.services.ports.storage import StoredFile

BELIEVED_FOR = 3.0
_MOST = 2_000


@dataclass(frozen=True)
class SongOnFile:
    song: Song
    files: Mapping[str, StoredFile]

    def file(self, stem: str) -> StoredFile:
        found = self.files.get(stem) or self.files.get(stem_name(stem))
        if found is None:
            raise NotFoundError(f"This song has no {stem[:60]!r}.", advice=f"It has {', '.join(self.files)}.")
        return found

    @cached_property
    def filenames(self) -> Mapping[str, str]:
        """What each file is called where it is kept."""
        facts = self.song.facts
        return {
            name: plain_name(facts.artist, facts.title, name) + file.path.suffix for name, file in self.files.items()
        }

    @property
    def version(self) -> str:
        """Changes with any of the files."""
        return "-".join(file.sha256[:8] for file in self.files.values())


class SongFiles:
    def __init__(self, studio: Studio) -> None:
        self._studio, self.lane = studio, StorageLane()
        self._known: OrderedDict[tuple[str, str], tuple[float, SongOnFile]] = OrderedDict()

    async def of(self, user: User, song_id: str) -> SongOnFile:
        """Raise NotFoundError for a song that is not there or not theirs: nobody learns which."""
        name, now = (user.id, song_id), time.monotonic()
        known = self._known.get(name)
        if known is not None and now - known[0] < BELIEVED_FOR:
            return known[1]
        found = await self.lane.run(self.look_up, user, song_id)
        self._known[name] = (now, found)
        self._known.move_to_end(name)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return found

    async def of_version(self, user: User, song_id: str, item_id: str) -> SongOnFile:
        """The same, of another version of the song's stems."""
        return await self.lane.run(self._look_up_version, user, song_id, item_id)

    def forget(self, user: User, song_id: str) -> None:
        """Its stems are other ones now."""
        self._known.pop((user.id, song_id), None)

    def _look_up_version(self, user: User, song_id: str, item_id: str) -> SongOnFile:
        song = self.look_up(user, song_id).song
        item = self._studio.upgrades.version(song, item_id)
        return SongOnFile(song, {name: self._studio.library.open_stem(item.id, name) for name in item.stems})

    def look_up(self, user: User, song_id: str) -> SongOnFile:
        song = self._studio.songs.song(song_id, None if user.is_admin else user.id)
        if not song.is_playable:
            raise ConflictError("This song is not ready yet.", status=song.status.value)
        library = self._studio.library
        names = (*library.item(song.item_id).stems, ORIGINAL)
        return SongOnFile(song, {name: library.open_stem(song.item_id, name) for name in names})


def song_files(request: Request) -> SongFiles:
    found = request.app.state.song_files
    assert isinstance(found, SongFiles)
    return found


def listener(request: Request) -> User:
    """Who wants to hear: anybody signed in, or a key that may read."""
    identity = identity_of(request)
    if identity is None:
        raise SignInRequiredError("Sign in first.")
    return identity.require(Role.GUEST, Scope.READ)
