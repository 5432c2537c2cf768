"""Lyrics: our own aligner always, other engines where they are installed, LRCLIB unless switched off."""

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.services.lyrics import LyricsBook, LyricsSearch, LyricsService, WordTiming
from harmonix_splitter.services.ports.lyrics import LyricsFinder, VoiceDetector


def lyrics(parts: Parts) -> LyricsService:
    settings = parts.settings.lyrics
    return LyricsService(
        book(parts),
        timing(parts),
        search(parts),
        speech_model=settings.speech_model,
        transcribes=settings.transcribe,
    )


def book(parts: Parts) -> LyricsBook:
    """What is kept, without what times and finds words: a song's card is shown before any engine is imported."""
    from harmonix_splitter.adapters.database.lyrics import SqlLyricsShelf

    return LyricsBook(SqlLyricsShelf(parts.database), parts.clock)


def timing(parts: Parts) -> WordTiming:
    """Needs no database: the command line times plain files with it."""
    from harmonix_splitter.adapters.engines.speech.built_in_aligner import BuiltInAligner
    from harmonix_splitter.adapters.engines.speech.ctc_aligner import CtcAligner
    from harmonix_splitter.adapters.engines.speech.faster_whisper_transcriber import FasterWhisperTranscriber
    from harmonix_splitter.adapters.engines.speech.pocketsphinx_aligner import PocketSphinxAligner
    from harmonix_splitter.adapters.media.reading import PyAvMedia

    ctc = CtcAligner(parts.settings.models_dir / "speech" / "ctc")
    aligners = {aligner.name: aligner for aligner in (BuiltInAligner(), PocketSphinxAligner(), ctc)}
    device = parts.settings.separation.device
    transcriber = FasterWhisperTranscriber(parts.settings.models_dir, device if device in {"cpu", "cuda"} else "auto")
    return WordTiming(PyAvMedia(), aligners, _detector(parts), transcriber)


def search(parts: Parts) -> LyricsSearch:
    from harmonix_splitter.adapters.documents.yaml_reader import SafeYamlReader
    from harmonix_splitter.adapters.media.reading import PyAvMedia
    from harmonix_splitter.adapters.sources.lyrics_files import LocalLyricsFiles

    return LyricsSearch(LocalLyricsFiles(), PyAvMedia(), SafeYamlReader(), _finder(parts))


def _finder(parts: Parts) -> LyricsFinder | None:
    from harmonix_splitter.adapters.sources.lrclib import Lrclib

    sources = parts.settings.sources
    if not sources.lrclib:
        return None
    return Lrclib(sources.lrclib_url.rstrip("/"), parts.settings.data_dir / "cache" / "lrclib")


def _detector(parts: Parts) -> VoiceDetector:
    from harmonix_splitter.adapters.engines.speech.silero_detector import (
        BuiltInDetector,
        SileroDetector,
        bundled_silero,
    )

    own = parts.settings.models_dir / "speech" / "silero_vad.onnx"
    model = own if own.is_file() else bundled_silero()
    return SileroDetector(model) if model else BuiltInDetector()
