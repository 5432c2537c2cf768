"""The analysis service with the engines the admin allows, and the desk where people correct it."""

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.services.analysis import AnalysisDesk, AnalysisEngines, AnalysisService
from harmonix_splitter.services.ports.analysis import BeatEngine, ChordEngine, Engine, KeyEngine


def analysis(parts: Parts) -> AnalysisService:
    from harmonix_splitter.adapters.media.reading import PyAvMedia

    return AnalysisService(PyAvMedia(), engines(parts))


def engines(parts: Parts) -> AnalysisEngines:
    """Our own maths answers whatever no engine does."""
    from harmonix_splitter.adapters.engines.sections.llm_names import LlmNames
    from harmonix_splitter.adapters.engines.sections.msaf import Msaf

    wanted = parts.settings.analysis
    namer = LlmNames(wanted.namer_url, wanted.namer_model, wanted.namer_token)
    return AnalysisEngines(
        beats=_beat_engines(parts, wanted.beats),
        chords=_chord_engines(parts, wanted.chords),
        keys=_key_engines(parts, wanted.key),
        sections=(Msaf(wanted.msaf_python),) if wanted.sections == "msaf" else (),
        namers=(namer,) if wanted.namer_url else (),
        hybrid_chords=wanted.chords in ("auto", "hybrid"),
    )


def every_engine(parts: Parts) -> tuple[Engine, ...]:
    """All engines there could be, whatever is chosen: for the doctor."""
    from harmonix_splitter.adapters.engines.sections.msaf import Msaf

    beats = [engine for name in ("beat_this", "beatnet", "madmom") for engine in _beat_engines(parts, name)]
    chords = [engine for name in ("chordnet", "btc", "madmom") for engine in _chord_engines(parts, name)]
    return (*beats, *chords, *_key_engines(parts, "keynet"), Msaf(parts.settings.analysis.msaf_python))


def _beat_engines(parts: Parts, wanted: str) -> tuple[BeatEngine, ...]:
    from harmonix_splitter.adapters.engines.beats.beat_this import BeatThis
    from harmonix_splitter.adapters.engines.beats.beatnet import BeatNet
    from harmonix_splitter.adapters.engines.madmom import MadmomBeats
    from harmonix_splitter.adapters.engines.models import ModelFolder

    store = ModelFolder(parts.settings.models_dir)
    known: dict[str, BeatEngine] = {"beat_this": BeatThis(store), "beatnet": BeatNet(store), "madmom": MadmomBeats()}
    return (known[wanted],) if wanted in known else ()


def _chord_engines(parts: Parts, wanted: str) -> tuple[ChordEngine, ...]:
    from harmonix_splitter.adapters.engines.chords.btc import Btc
    from harmonix_splitter.adapters.engines.chords.chordnet import ChordNet
    from harmonix_splitter.adapters.engines.madmom import MadmomChords
    from harmonix_splitter.adapters.engines.models import ModelFolder

    store = ModelFolder(parts.settings.models_dir)
    known: dict[str, ChordEngine] = {"btc": Btc(store), "madmom": MadmomChords()}
    return () if wanted == "harmonix" else (known.get(wanted, ChordNet(store)),)


def _key_engines(parts: Parts, wanted: str) -> tuple[KeyEngine, ...]:
    from harmonix_splitter.adapters.engines.keys.keynet import KeyNet
    from harmonix_splitter.adapters.engines.models import ModelFolder

    return (KeyNet(ModelFolder(parts.settings.models_dir)),) if wanted == "keynet" else ()


def analysis_desk(parts: Parts) -> AnalysisDesk:
    from harmonix_splitter.adapters.database.analysis import SqlAnalyses

    return AnalysisDesk(SqlAnalyses(parts.database), parts.clock)
