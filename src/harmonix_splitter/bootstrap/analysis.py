"""Analysis with the engines of this installation: our own maths by default."""

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.services.analysis import AnalysisService


def analysis(parts: Parts) -> AnalysisService:
    from harmonix_splitter.adapters.media.reading import PyAvMedia
    from harmonix_splitter.domain.media import MediaLimits
    from harmonix_splitter.domain.units import Seconds

    longest = Seconds(parts.settings.limits.duration_minutes * 60.0)
    return AnalysisService(PyAvMedia(MediaLimits(max_duration=longest)))
