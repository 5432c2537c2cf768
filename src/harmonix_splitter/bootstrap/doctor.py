"""The checks of this installation: every part does a tiny real job."""

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from harmonix_splitter.bootstrap.database import writable
from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.errors import AnalysisError, ConfigError, EngineMissingError, SeparationError, StorageError
from harmonix_splitter.services.doctor import DoctorService
from harmonix_splitter.services.ports.doctor import Check

LEAST_FREE = 500_000_000
_FOLDER = "data directory"
_SECONDS = 8
_WORD_MAY_MISS = 1.0


@dataclass(frozen=True)
class NamedCheck:
    name: str
    job: Callable[[], str]
    needed: bool = True
    rests_on: str = ""

    def run(self) -> str:
        return self.job()


def doctor(parts: Parts) -> DoctorService:
    checks: tuple[Check, ...] = (
        NamedCheck("python", _python),
        NamedCheck(_FOLDER, lambda: _data_directory(parts)),
        NamedCheck("database", lambda: _database(parts), rests_on=_FOLDER if parts.database.is_sqlite else ""),
        NamedCheck("queue", lambda: _queue(parts)),
        NamedCheck("news", lambda: _news(parts)),
        NamedCheck("audio files", lambda: _with_click_track(_audio)),
        NamedCheck("separation", lambda: _with_click_track(lambda song: _separation(parts, song)), rests_on=_FOLDER),
        NamedCheck("analysis", lambda: _with_click_track(lambda song: _analysis(parts, song))),
        NamedCheck("words", lambda: _words(parts)),
        NamedCheck("web studio", _web),
        NamedCheck("links", _links),
        NamedCheck("javascript", _javascript, needed=False),
        NamedCheck("demucs", lambda: _extra("demucs", "Stems of studio quality"), needed=False),
        NamedCheck("speech", lambda: _extra("faster_whisper", "Transcription", extra="speech"), needed=False),
        NamedCheck("analysis engines", lambda: _analysis_engines(parts), needed=False),
        NamedCheck("graphics card", _graphics, needed=False),
    )
    return DoctorService(checks, parts.clock)


def _python() -> str:
    return f"Python {sys.version.split()[0]} on {sys.platform}"


def _data_directory(parts: Parts) -> str:
    from harmonix_splitter.adapters.storage.space import free_bytes

    free = free_bytes(writable(parts.settings.data_dir))
    if free < LEAST_FREE:
        raise StorageError(
            f"{parts.settings.data_dir} has {free / 1e6:.0f} MB left.",
            advice="Free some space or choose another disk with HARMONIX_DATA_DIR.",
        )
    return f"{parts.settings.data_dir}, {free / 1e9:.1f} GB free"


def _database(parts: Parts) -> str:
    from harmonix_splitter.adapters.database.migrate import migrate

    migrate(parts.database, parts.settings.data_dir / "backups")
    with parts.database.read() as connection:
        version = connection.dialect.server_version_info
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() if parts.database.is_sqlite else "ok"
    if found != "ok":
        raise StorageError("The database is damaged.", advice="Stop the studio and restore the newest backup.")
    shown = ".".join(str(number) for number in version or ())
    url = parts.database.url
    place = Path(url.database or "").name if parts.database.is_sqlite else f"at {url.host}"
    return f"{connection.dialect.name} {shown} {place}".strip()


def _queue(parts: Parts) -> str:
    """Reach whoever passes the jobs on."""
    if parts.settings.queue_kind == "local":
        return "in this process"
    _require("celery", "Celery is chosen but not installed.", "pip install 'harmonix-splitter[scale]'")
    from kombu import Connection
    from kombu.exceptions import OperationalError

    url = parts.settings.queue.broker_url
    try:
        with Connection(url, connect_timeout=3) as broker:
            broker.ensure_connection(max_retries=1)
    except (OSError, OperationalError) as down:
        raise ConfigError(f"The broker cannot be reached: {down}.", advice="Check HARMONIX_BROKER_URL.") from None
    return f"Celery over {url.split(':', 1)[0]}"


def _news(parts: Parts) -> str:
    """Publish an event and hear it."""
    topic, sent = "doctor", {"type": "check"}
    subscription = parts.events.subscribe([topic])
    try:
        for _ in range(8):
            parts.events.publish(topic, sent)
            if subscription.take(0.25) is not None:
                return "Redis" if parts.settings.queue.redis_url else "in this process"
    finally:
        subscription.close()
    raise ConfigError("An event that was sent did not arrive.", advice="Check HARMONIX_REDIS_URL.")


def _with_click_track(job: Callable[[Path], str]) -> str:
    """A few seconds of clicks at 120 to the minute over a chord, as a file of its own."""
    import numpy as np
    import soundfile

    rate = 44_100
    t = np.arange(_SECONDS * rate) / rate
    chord = sum(0.1 * np.sin(2 * np.pi * hertz * t) for hertz in (261.6, 329.6, 392.0))
    beat = np.exp(-((t % 0.5) * 60)) * np.sin(2 * np.pi * 1000 * t)
    with tempfile.TemporaryDirectory(prefix="harmonix-doctor-") as folder:
        song = Path(folder) / "clicks.wav"
        soundfile.write(song, np.stack([chord + beat, chord + beat * 0.9], axis=1) * 0.5, rate)
        return job(song)


def _audio(song: Path) -> str:
    from harmonix_splitter.adapters.media.encoding import PyAvEncoder
    from harmonix_splitter.adapters.media.reading import PyAvMedia
    from harmonix_splitter.domain.media import AudioFormat, Encoding

    media = PyAvMedia()
    for form in (AudioFormat.FLAC, AudioFormat.MP3, AudioFormat.OPUS):
        written = PyAvEncoder().encode(song, song.with_suffix(f".{form}"), Encoding(form))
        if abs(media.probe(written).duration - _SECONDS) > 0.1:
            raise StorageError(f"A {form} file came back with another length.", advice="Reinstall the package av.")
    return "flac, mp3 and opus written and read"


def _separation(parts: Parts, song: Path) -> str:
    from harmonix_splitter.adapters.engines.separation.embedded import SIGNAL
    from harmonix_splitter.bootstrap.separation import separation

    done = separation(parts).separate(song, Recipe(), song.parent / "stems")
    if not all(path.is_file() for path in done.stems.values()):
        raise SeparationError("Not every stem was written.", advice="See the log.")
    if done.model == SIGNAL:
        raise SeparationError(
            f"Only the rough masks run. {' '.join(note for note in done.notes if note.startswith(done.engine))}",
            advice="Install Harmonix again, or choose another engine.",
        )
    return f"{done.engine} {done.model} on {done.device}: {', '.join(done.stems)}"


def _analysis(parts: Parts, song: Path) -> str:
    from harmonix_splitter.bootstrap.analysis import analysis

    tempo = analysis(parts).analyze(song, {}).to_document().get("tempo") or {}
    bpm = float(tempo.get("bpm") or 0.0)
    if not any(abs(bpm - wanted) < 2 for wanted in (60, 120, 240)):
        raise AnalysisError(f"Clicks at 120 to the minute were heard as {bpm:.1f}.", advice="Reinstall the package.")
    return f"a beat of {bpm:.1f} found in clicks of 120"


def _words(parts: Parts) -> str:
    """Sing one line of the demo song and find its words again."""
    import soundfile

    from harmonix_splitter.audio.demo_singer import RATE, sung
    from harmonix_splitter.bootstrap.lyrics import timing
    from harmonix_splitter.domain.demo import LANGUAGE, truth
    from harmonix_splitter.domain.lyrics.alignment import TextToAlign

    line = truth().lines[0]
    with tempfile.TemporaryDirectory(prefix="harmonix-doctor-") as folder:
        voice = Path(folder) / "voice.wav"
        soundfile.write(voice, sung(line), RATE)
        timed = timing(parts).align(voice, TextToAlign.of_text(" ".join(word.text for word in line), LANGUAGE))
    found = [word.start for one in timed.lyrics.lines for word in one.words]
    late = max(abs(heard - (word.start - line[0].start)) for heard, word in zip(found, line, strict=True))
    if late > _WORD_MAY_MISS:
        raise AnalysisError(f"A sung word was found {late:.1f} s from its place.", advice="Reinstall the package.")
    return f"{len(line)} sung words found, each within {late:.2f} s"


def _web() -> str:
    from importlib.resources import files

    page = files("harmonix_splitter.studio") / "static" / "index.html"
    if not page.is_file():
        raise ConfigError("The web studio is not built.", advice="Run `make web`, or install the package with pip.")
    return "built"


def _links() -> str:
    _require("yt_dlp", "yt-dlp is not installed.", "pip install -U yt-dlp")
    from yt_dlp.version import __version__ as version

    return f"yt-dlp {version} (update it when links stop working)"


def _javascript() -> str:
    from harmonix_splitter.adapters.sources.javascript import advice_about_javascript, javascript_runtimes

    found = javascript_runtimes()
    if not found:
        raise EngineMissingError("Nothing here runs YouTube's player.", advice=advice_about_javascript(found))
    return f"{' and '.join(found)}, for YouTube's player"


def _extra(module: str, what: str, extra: str = "") -> str:
    _require(module, f"{what}: not installed.", f"pip install 'harmonix-splitter[{extra or module}]'")
    return f"{what}: installed"


def _analysis_engines(parts: Parts) -> str:
    from harmonix_splitter.bootstrap.analysis import every_engine

    usable, missing = [], []
    for engine in every_engine(parts):
        try:
            engine.require()
        except EngineMissingError:
            missing.append(engine.name)
        else:
            usable.append(engine.name)
    if not usable:
        advice = "Our own maths does everything; docs/analysis.md tells what there is."
        raise EngineMissingError(f"None of {', '.join(dict.fromkeys(missing))}.", advice=advice)
    return f"{', '.join(dict.fromkeys(usable))} (not here: {', '.join(dict.fromkeys(missing)) or 'none'})"


def _graphics() -> str:
    import onnxruntime

    providers = [name for name in onnxruntime.get_available_providers() if name not in {"CPUExecutionProvider"}]
    useful = [name.removesuffix("ExecutionProvider") for name in providers if not name.startswith("Azure")]
    if not useful:
        raise EngineMissingError("None that ONNX Runtime can use: the CPU does the work.")
    return ", ".join(useful)


def _require(module: str, sentence: str, advice: str) -> None:
    if find_spec(module) is None:
        raise EngineMissingError(sentence, advice=advice)
