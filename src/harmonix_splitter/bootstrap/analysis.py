"""The analysis service with the engines the admin allows, and the desk where people correct it."""

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.services.analysis import AnalysisDesk, AnalysisEngines, AnalysisService


def analysis(parts: Parts) -> AnalysisService:
    from harmonix_splitter.adapters.media.reading import PyAvMedia

    return AnalysisService(PyAvMedia(), engines(parts))


def engines(parts: Parts) -> AnalysisEngines:
    """Our own maths answers whatever no engine does."""
    from harmonix_splitter.adapters.engines.chords.chordnet import ChordNet
    from harmonix_splitter.adapters.engines.models import ModelFolder

    wanted = parts.settings.analysis
    chordnet = ChordNet(ModelFolder(parts.settings.models_dir))
    return AnalysisEngines(
        chords=() if wanted.chords == "harmonix" else (chordnet,),
        hybrid_chords=wanted.chords in ("auto", "hybrid"),
    )


def analysis_desk(parts: Parts) -> AnalysisDesk:
    from harmonix_splitter.adapters.database.analysis import SqlAnalyses

    return AnalysisDesk(SqlAnalyses(parts.database), parts.clock)
