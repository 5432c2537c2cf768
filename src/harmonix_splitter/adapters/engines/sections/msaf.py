"""Sections by MSAF in an environment of its own: it wants older numpy and scipy than ours."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from harmonix_splitter.domain.analysis import Section
from harmonix_splitter.errors import AnalysisError, EngineMissingError
from harmonix_splitter.services.ports.analysis import Sound

_PROGRAM = """
import json, sys, msaf
edges, labels = msaf.process(sys.argv[1], boundaries_id=sys.argv[2], labels_id=sys.argv[3])
print(json.dumps({"edges": [float(edge) for edge in edges], "labels": [str(label) for label in labels]}))
"""


@dataclass(frozen=True)
class Msaf:
    """SectionEngine in a process. `python` is the interpreter of the environment that holds msaf."""

    python: Path | None
    boundaries: str = "sf"
    labels: str = "fmc2d"
    patience: float = 600.0
    name: str = "msaf"

    def require(self) -> None:
        if self.python is None or not self.python.is_file():
            raise EngineMissingError(
                "MSAF lives in an environment of its own, and none is set.",
                advice='Make one (Python 3.10, pip install msaf "numpy<2" "scipy<1.12") and set analysis.msaf_python.',
            )

    def sections(self, sound: Sound) -> tuple[Section, ...]:
        command = [str(self.python), "-c", _PROGRAM, str(sound.path), self.boundaries, self.labels]
        try:
            ended = subprocess.run(command, capture_output=True, text=True, timeout=self.patience, check=False)
        except subprocess.TimeoutExpired as slow:
            raise AnalysisError(f"MSAF took longer than {self.patience:.0f} seconds.") from slow
        except OSError as broken:
            raise AnalysisError(f"MSAF cannot be started: {broken.strerror}.") from broken
        if ended.returncode:
            raise AnalysisError(f"MSAF failed: {_last_line(ended.stderr)}")
        return _sections_in(ended.stdout)


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it said nothing"])[-1][:200]


def _sections_in(answer: str) -> tuple[Section, ...]:
    """Letters in the order of appearance, whatever MSAF calls its labels."""
    try:
        found = json.loads(_last_line(answer))
        edges, labels = found["edges"], found["labels"]
        known = {label: chr(65 + number % 26) for number, label in enumerate(dict.fromkeys(labels))}
        spans = zip(edges, edges[1:], labels, strict=False)
        return tuple(Section(float(a), float(b), known[name], known[name], 0.5) for a, b, name in spans if b > a)
    except (ValueError, KeyError, TypeError) as strange:
        raise AnalysisError("MSAF answered something that is no list of sections.") from strange
