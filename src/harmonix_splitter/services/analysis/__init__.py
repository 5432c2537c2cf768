"""Analysis as the other words use it: analyse a recording, keep and correct what was found."""

from harmonix_splitter.services.analysis.corrections import AnalysisDesk
from harmonix_splitter.services.analysis.engines import AnalysisEngines
from harmonix_splitter.services.analysis.service import AnalysisService, analysis_of_samples

__all__ = ["AnalysisDesk", "AnalysisEngines", "AnalysisService", "analysis_of_samples"]
