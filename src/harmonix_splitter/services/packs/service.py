"""Makes packs: the sound through playback, the words through the pictures, tiles and text of each kind."""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from harmonix_splitter.analysis.melody import RATE as TUNE_RATE
from harmonix_splitter.analysis.melody import tune_of
from harmonix_splitter.domain.file_names import plain_name
from harmonix_splitter.domain.lyrics import Lyrics, Timing
from harmonix_splitter.domain.lyrics_formats import ass, lrc, ultrastar
from harmonix_splitter.domain.media import AudioFormat, Encoding
from harmonix_splitter.domain.packs import PackKind
from harmonix_splitter.domain.separation import ORIGINAL, VOCALS
from harmonix_splitter.domain.songs import Song
from harmonix_splitter.errors import ConflictError, NotFoundError
from harmonix_splitter.services.library import THUMBNAIL, LibraryService
from harmonix_splitter.services.lyrics import LyricsBook
from harmonix_splitter.services.packs.files import Pack, PackedFile
from harmonix_splitter.services.packs.graphics import CdgArtist
from harmonix_splitter.services.packs.pictures import RATE, PictureArtist
from harmonix_splitter.services.packs.tracks import TrackPacks
from harmonix_splitter.services.playback import PlaybackService
from harmonix_splitter.services.ports.packs import Typesetter, VideoWriter
from harmonix_splitter.services.ports.storage import StoredFile

_MP3 = Encoding(AudioFormat.MP3)


@dataclass(frozen=True)
class _Material:
    """What every karaoke pack is made from."""

    name: str
    lyrics: Lyrics
    stems: Mapping[str, StoredFile]
    seconds: float
    cover: Path | None

    @property
    def title(self) -> tuple[str, str]:
        tags = dict(self.lyrics.tags)
        return tags["title"], tags["artist"]


@dataclass(frozen=True)
class PacksService:
    library: LibraryService
    words: LyricsBook
    playback: PlaybackService
    letters: Typesetter
    videos: VideoWriter
    tracks: TrackPacks

    def pack(self, kind: PackKind, song: Song) -> Pack:
        """Raise ConflictError when the song is not ready, or lacks what the pack is made from: words with times and a
        separate voice for karaoke, beats for a workstation, the four stems for a stem file.
        """
        if not song.is_playable:
            raise ConflictError("This song is not ready yet.", status=song.status.value)
        makers: dict[PackKind, Callable[[Song], tuple[PackedFile, ...]]] = {
            PackKind.VIDEO: self._video,
            PackKind.CDG: self._cdg,
            PackKind.ULTRASTAR: self._ultrastar,
            PackKind.LRC: self._lrc,
            PackKind.DAW: self.tracks.workstation,
            PackKind.STEM_M4A: self.tracks.stem_file,
        }
        name = plain_name(song.facts.artist, song.facts.title)
        return Pack(f"{name} ({kind})", makers[kind](song))

    def _material(self, song: Song) -> _Material:
        item = self.library.item(song.item_id)
        if VOCALS not in item.stems:
            raise ConflictError("This song has no separate voice.", advice="Process it again with vocals.")
        words = self.words.lyrics(item.recording_id)
        if words is None or words.timing is Timing.NONE:
            raise ConflictError(
                "The words of this song have no times yet.", advice="Paste or time them on the words page first."
            )
        facts = song.facts
        tags = {**dict(words.tags), "title": facts.title, "artist": facts.artist, "album": facts.album}
        names = (*item.stems, ORIGINAL)
        return _Material(
            plain_name(facts.artist, facts.title),
            replace(words, tags=tuple((name, text) for name, text in tags.items() if text)),
            {name: self.library.open_stem(item.id, name) for name in names},
            item.duration,
            self._cover(item.id),
        )

    def _video(self, song: Song) -> tuple[PackedFile, ...]:
        material = self._material(song)
        video = self._rendered(material, "mp4", lambda target: self._film(material, target))
        text = ass.write(material.lyrics)
        return PackedFile(f"{material.name}.mp4", video), PackedFile(f"{material.name}.ass", content=text.encode())

    def _film(self, material: _Material, target: Path) -> None:
        pictures = PictureArtist(self.letters).pictures(material.lyrics, material.title, material.seconds)
        self.videos.write(target, pictures, RATE, self._instrumental(material))

    def _cdg(self, song: Song) -> tuple[PackedFile, ...]:
        material = self._material(song)

        def draw(target: Path) -> None:
            drawn = CdgArtist(self.letters).drawn(material.lyrics, material.title, material.seconds)
            target.write_bytes(drawn)

        graphics = self._rendered(material, "cdg", draw)
        sound = PackedFile(f"{material.name}.mp3", self._instrumental(material))
        return sound, PackedFile(f"{material.name}.cdg", graphics)

    def _ultrastar(self, song: Song) -> tuple[PackedFile, ...]:
        material = self._material(song)
        name, voice = material.name, material.stems[VOCALS].path
        tune = tune_of(self.playback.reader.load(voice, TUNE_RATE, mono=True))
        whole = self.playback.stem_as(material.stems[ORIGINAL], _MP3)
        tags = {"AUDIO": f"{name}.mp3", "MP3": f"{name}.mp3", "INSTRUMENTAL": f"{name} (instrumental).mp3"}
        files = [
            PackedFile(f"{name}/{name}.mp3", whole),
            PackedFile(f"{name}/{name} (instrumental).mp3", self._instrumental(material)),
        ]
        if material.cover:
            tags["COVER"] = f"{name}{material.cover.suffix}"
            files.append(PackedFile(f"{name}/{tags['COVER']}", material.cover))
        text = ultrastar.write(material.lyrics, tune.notes, tags)
        return PackedFile(f"{name}/{name}.txt", content=text.encode()), *files

    def _lrc(self, song: Song) -> tuple[PackedFile, ...]:
        material = self._material(song)
        name = f"{material.name} (instrumental)"
        sound = PackedFile(f"{name}.mp3", self._instrumental(material))
        return sound, PackedFile(f"{name}.lrc", content=lrc.write(material.lyrics).encode())

    def _instrumental(self, material: _Material) -> Path:
        return self.playback.instrumental(material.stems, _MP3)

    def _rendered(self, material: _Material, suffix: str, make: Callable[[Path], None]) -> Path:
        """Made once for the same words, name and sound."""
        self._instrumental(material)  # Before the lane for renderings is taken, which it needs itself.
        about = repr((material.title, material.lyrics, sorted(file.sha256 for file in material.stems.values())))
        name = hashlib.sha256(about.encode()).hexdigest()[:32]
        return self.playback.renderings.get(f"{name}-karaoke.{suffix}", make)

    def _cover(self, item_id: str) -> Path | None:
        with suppress(NotFoundError):
            return self.library.open_stem(item_id, THUMBNAIL).path
        return None
