"""A job's own stems, with all that leaks between them, decide which instruments play."""

from functools import partial
from pathlib import Path

import pytest
import soundfile

from harmonix_splitter.adapters.devices.locks import FileLocks
from harmonix_splitter.adapters.engines.separation.embedded import EmbeddedEngine
from harmonix_splitter.adapters.engines.separation.learned_masks import NAME, learned_masks
from harmonix_splitter.adapters.media.encoding import FileWriters
from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.audio.demo_song import demo_stems
from harmonix_splitter.domain.analysis import Analysis
from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.services.analysis import AnalysisService
from harmonix_splitter.services.separation import SeparationService

RATE, MEDIA = 44_100, PyAvMedia()
FROM, TO = 14 * RATE, 24 * RATE
UNSURE = Analysis(10.0, instruments={"vocals": 0.5, "drums": 0.5, "bass": 0.5, "guitar": 0.5})


@pytest.fixture(scope="module")
def separator(tmp_path_factory: pytest.TempPathFactory) -> SeparationService:
    engine = EmbeddedEngine(NAME, partial(learned_masks, threads=1), threads=1)
    return SeparationService(MEDIA, FileWriters(), (engine,), FileLocks(tmp_path_factory.mktemp("locks")))


@pytest.mark.parametrize("silent", ["nobody", "vocals", "drums"])
def test_who_is_silent_is_not_heard_for_all_that_leaks(
    separator: SeparationService, tmp_path: Path, silent: str
) -> None:
    playing = {name: stem for name, stem in demo_stems().items() if name != silent}
    soundfile.write(tmp_path / "mix.wav", sum(stem[FROM:TO] for stem in playing.values()), RATE)
    made = separator.separate(tmp_path / "mix.wav", Recipe(), tmp_path / "stems")

    found = AnalysisService(MEDIA).with_stems(UNSURE.to_document(), made.stems).instruments

    heard = {name: found[name] >= 0.5 for name in ("vocals", "drums", "bass")}
    assert heard == {name: name != silent for name in ("vocals", "drums", "bass")}
