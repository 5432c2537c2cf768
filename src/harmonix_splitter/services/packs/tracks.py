"""Packs of tracks: for a workstation with its grid, for decks in one file."""

import csv
import hashlib
import io
import wave
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harmonix_splitter.domain.analysis.facts import Analysis
from harmonix_splitter.domain.analysis.versions import current_of
from harmonix_splitter.domain.file_names import plain_name
from harmonix_splitter.domain.library import LibraryItem
from harmonix_splitter.domain.media import AudioFormat, Encoding
from harmonix_splitter.domain.packs.stem_note import STEMS, stem_note
from harmonix_splitter.domain.packs.tempo_map import midi_file, tempo_map
from harmonix_splitter.domain.playback import Mix
from harmonix_splitter.domain.separation import INSTRUMENTAL, ORIGINAL
from harmonix_splitter.domain.songs import Song
from harmonix_splitter.errors import ConflictError
from harmonix_splitter.services.analysis import AnalysisDesk
from harmonix_splitter.services.library import LibraryService
from harmonix_splitter.services.packs.files import PackedFile
from harmonix_splitter.services.playback import PlaybackService
from harmonix_splitter.services.ports.packs import StemFileWriter
from harmonix_splitter.services.ports.storage import StoredFile

_WAV = Encoding(AudioFormat.WAV, bits=24)
_APART = {"drums", "bass", "vocals"}
_README = """{title}

Stems: 24-bit WAV, all of the same length. They begin together at the first sample of the recording.

1. Open an empty project and import "{midi}" first, with its tempo and time signatures. Bars and beats then follow the
   recording; sections come as markers, chords as a track of notes with their names.
2. Put every WAV at the very start of the project (bar 1, beat 1). Switch off stretching or warping: the tempo map has
   been made to fit the sound, not the other way round.
3. {first_bar}.
{chords}
"""


@dataclass(frozen=True)
class TrackPacks:
    library: LibraryService
    analyses: AnalysisDesk
    playback: PlaybackService
    stem_files: StemFileWriter

    def workstation(self, song: Song) -> tuple[PackedFile, ...]:
        """Raise ConflictError when no beats are known or the stems are not equally long."""
        item = self.library.item(song.item_id)
        analysis, name = self._analysis(item), plain_name(song.facts.artist, song.facts.title)
        bar = tempo_map(analysis.rhythm).first_bar
        grid = midi_file(song.facts.title, analysis)
        stems = {stem: self.playback.stem_as(self.library.open_stem(item.id, stem), _WAV) for stem in item.stems}
        if len({_length(path) for path in stems.values()}) > 1:
            raise ConflictError("The stems of this song are not equally long.", advice="Process it again.")
        chords = [PackedFile(f"{name}/chords.csv", content=_chord_table(analysis))] if analysis.chords else []
        return (
            PackedFile(f"{name}/README.txt", content=_readme(name, bar, has_chords=bool(chords))),
            PackedFile(f"{name}/{name}.mid", content=grid),
            *chords,
            *(PackedFile(f"{name}/{name} - {stem}.wav", path) for stem, path in stems.items()),
        )

    def stem_file(self, song: Song) -> tuple[PackedFile, ...]:
        """What is neither drums, bass nor voice becomes the one "other". Raise ConflictError when one of them lacks."""
        item, facts = self.library.item(song.item_id), song.facts
        rest = [name for name in item.stems if name not in {*_APART, INSTRUMENTAL}]
        if not rest or not set(item.stems) >= _APART:
            raise ConflictError(
                "A stem file needs drums, bass, vocals and the rest apart.",
                advice="Process this song again into four stems or six.",
            )
        kept = {name: self.library.open_stem(item.id, name) for name in (ORIGINAL, *_APART, *rest)}
        tags = {key: words for key, words in (("title", facts.title), ("artist", facts.artist)) if words}
        about = repr((tags, sorted((name, file.sha256) for name, file in kept.items())))
        # Before the lane for renderings is taken, which it needs itself.
        tracks = {name: file.path for name, file in kept.items()} | {"other": self._together(kept, rest)}

        def make(target: Path) -> None:
            self.stem_files.write(target, [tracks[name] for name in (ORIGINAL, *STEMS)], tags, stem_note())

        name = f"{hashlib.sha256(about.encode()).hexdigest()[:32]}-stem.m4a"
        made = self.playback.renderings.get(name, make)
        return (PackedFile(f"{plain_name(facts.artist, facts.title)}.stem.m4a", made),)

    def _together(self, files: Mapping[str, StoredFile], names: Sequence[str]) -> Path:
        if len(names) == 1:
            return files[names[0]].path
        return self.playback.mix({name: files[name] for name in names}, Mix(), _WAV)

    def _analysis(self, item: LibraryItem) -> Analysis:
        """As people corrected it, or as the recording brought it."""
        current = current_of(self.analyses.history(item.recording_id))
        if current:
            return current.analysis
        return Analysis.from_document(self.library.record.recording(item.recording_id).analysis or {"duration": 0.0})


def _length(path: Path) -> tuple[int, int]:
    with wave.open(str(path)) as file:
        return file.getnframes(), file.getframerate()


def _chord_table(analysis: Analysis) -> bytes:
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(("start", "end", "chord"))
    rows.writerows((f"{c.start:.3f}", f"{c.end:.3f}", c.name.short(analysis.key)) for c in analysis.chords)
    return table.getvalue().encode()


def _readme(name: str, bar: int, *, has_chords: bool) -> bytes:
    first = f"The first bar of the song is bar {bar} of the project"
    if bar > 1:
        first += ', at the marker "Bar 1". What is before it is the lead-in, in bars of its own'
    chords = '\n"chords.csv" lists the chords with their times in seconds.' if has_chords else ""
    return _README.format(title=name, midi=f"{name}.mid", first_bar=first, chords=chords).encode()
