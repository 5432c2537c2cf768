"""Notes: what a file or a stem plays, written down as MIDI by the best engine that is here."""

from dataclasses import dataclass
from pathlib import Path

from harmonix_splitter.analysis.melody import RATE, tune_of
from harmonix_splitter.analysis.notes import notes_of_tune
from harmonix_splitter.domain.notes import USUAL_TEMPO, Note, NoteSheet, read, written
from harmonix_splitter.errors import EngineMissingError
from harmonix_splitter.services.analysis.listening import RecordedSound
from harmonix_splitter.services.ports.analysis import Sound
from harmonix_splitter.services.ports.media import AudioReader
from harmonix_splitter.services.ports.notes import MidiShelf, NoteEngine
from harmonix_splitter.services.ports.playback import Renderings
from harmonix_splitter.services.ports.progress import Progress, unheard
from harmonix_splitter.services.ports.storage import StoredFile

ONE_VOICE = "one_voice"


@dataclass(frozen=True)
class OneVoice:
    """The NoteEngine that needs no model: it follows a single line, such as a voice or a bass."""

    name: str = ONE_VOICE

    def require(self) -> None:
        """Nothing."""

    def notes(self, sound: Sound, progress: Progress) -> list[Note]:
        samples = sound.mono(RATE)
        progress(0.1)
        return notes_of_tune(tune_of(samples))


@dataclass(frozen=True)
class Heard:
    """Notes, and the engine that heard them."""

    sheet: NoteSheet
    engine: str


@dataclass(frozen=True)
class Converted(Heard):
    filename: str


@dataclass(frozen=True)
class NotesService:
    """`engines` best first; the last can always run."""

    reader: AudioReader
    engines: tuple[NoteEngine, ...]
    renderings: Renderings
    shelf: MidiShelf

    def convert(self, user_id: str, name: str, recording: Path, tempo: float = USUAL_TEMPO) -> Converted:
        """The notes of a recording, kept on this person's shelf."""
        heard = self.notes(recording, tempo)
        return Converted(heard.sheet, heard.engine, self.shelf.keep(user_id, name, written(heard.sheet, name)))

    def notes(self, recording: Path, tempo: float = USUAL_TEMPO) -> Heard:
        """The notes of a recording; `tempo` is what they are written in, their moments do not depend on it."""
        engine = self._engine()
        return Heard(self._heard(engine, recording, tempo, unheard), engine.name)

    def of_stem(self, stem: StoredFile, tempo: float = USUAL_TEMPO, progress: Progress = unheard) -> Path:
        """A stem's notes as a MIDI file; written once for everybody."""
        engine = self._engine()

        def make(target: Path) -> None:
            target.write_bytes(written(self._heard(engine, stem.path, tempo, progress), stem.name))

        return self.renderings.get(f"{stem.sha256[:32]}-{engine.name.replace('_', '-')}-{tempo:.2f}.mid", make)

    @property
    def engine(self) -> str:
        """Who would listen now."""
        return self._engine().name

    def sheet(self, user_id: str, filename: str) -> NoteSheet:
        return read(self.shelf.find(user_id, filename).read_bytes())

    def _heard(self, engine: NoteEngine, recording: Path, tempo: float, progress: Progress) -> NoteSheet:
        notes = engine.notes(RecordedSound(self.reader, recording), progress)
        progress(1.0)
        return NoteSheet(tuple(notes), tempo)

    def _engine(self) -> NoteEngine:
        for engine in self.engines[:-1]:
            try:
                engine.require()
            except EngineMissingError:
                continue
            return engine
        return self.engines[-1]
