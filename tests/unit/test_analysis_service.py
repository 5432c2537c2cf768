"""The service and the desk: engines that are missing, stems that help, people's work that stays."""

from pathlib import Path

import numpy as np
import pytest

from harmonix_splitter.domain.analysis import Analysis, Correction, Metre, Rhythm, Tempo
from harmonix_splitter.domain.analysis.versions import Origin
from harmonix_splitter.errors import AudioError, NotFoundError
from harmonix_splitter.services.analysis import AnalysisDesk, AnalysisEngines, AnalysisService
from harmonix_splitter.services.analysis.listening import heard_recording
from tests.fakes.analysis import ArrayReader, InMemoryAnalyses, MissingEngine, SteadyEngine
from tests.fakes.clock import FakeClock

NOISE = (0.1 * np.random.default_rng(1).standard_normal((44100 * 10, 2))).astype(np.float32)


def analysed(engines: AnalysisEngines, **stems: np.ndarray) -> Analysis:
    arrays = {"song": NOISE, **stems}
    service = AnalysisService(ArrayReader(arrays), engines)
    return service.analyze(Path("song"), {name: Path(name) for name in stems})


def test_a_missing_engine_says_why_and_the_rest_goes_on() -> None:
    found = analysed(AnalysisEngines(beats=[MissingEngine(), SteadyEngine()]))

    assert "pull better" in found.missing["beats.better"]
    assert found.engines["beats"] == "steady"
    assert found.rhythm.metre == Metre(3, 4, 0.9)
    assert found.loudness is not None


def test_stems_decide_which_instruments_play() -> None:
    found = analysed(AnalysisEngines(), drums=NOISE, vocals=NOISE * 0)

    assert found.instruments["drums"] > 0.5
    assert found.instruments["vocals"] == 0.0


def notes_heard(song: np.ndarray, **stems: np.ndarray) -> np.ndarray:
    reader = ArrayReader({"song": song, **stems})
    heard = heard_recording(reader, Path("song"), {name: Path(name) for name in stems}, lambda _: None)
    return heard.harmony.pitches.astype(np.float64)


def test_notes_are_told_by_what_is_left_without_the_drums() -> None:
    tones = np.repeat(0.2 * np.sin(2 * np.pi * 220 / 44100 * np.arange(len(NOISE)))[:, None], 2, axis=1)
    band = (tones + NOISE).astype(np.float32)

    np.testing.assert_allclose(notes_heard(band, drums=NOISE), notes_heard(tones.astype(np.float32)), atol=0.02)


def test_after_the_end_of_a_short_stem_of_drums_everything_is_told() -> None:
    half = len(NOISE) // 2

    beside = notes_heard(NOISE, drums=NOISE[:half])

    alone = notes_heard(NOISE)
    assert beside[: half // 2048 - 12].max() < 0.01 * alone.max()
    np.testing.assert_array_equal(beside[half // 2048 + 12 :], alone[half // 2048 + 12 :])


def test_a_recording_without_samples_is_refused() -> None:
    with pytest.raises(AudioError):
        AnalysisService(ArrayReader({"song": NOISE[:0]})).analyze(Path("song"), {})


def test_progress_never_goes_back_and_ends_at_one() -> None:
    heard: list[float] = []

    AnalysisService(ArrayReader({"song": NOISE})).analyze(Path("song"), {}, heard.append)

    assert heard == sorted(heard)
    assert heard[-1] == 1.0


@pytest.fixture
def desk() -> AnalysisDesk:
    return AnalysisDesk(InMemoryAnalyses(), FakeClock())


def steady(bpm: float) -> Analysis:
    times = tuple(n * 60 / bpm for n in range(16))
    return Analysis(60, Rhythm(Tempo(bpm, 0.5), Metre(4), times, tuple(n % 4 + 1 for n in range(16))))


def tempo(analysis: Analysis) -> float:
    assert analysis.rhythm.tempo is not None
    return analysis.rhythm.tempo.bpm


def test_a_new_run_replaces_what_only_machines_touched(desk: AnalysisDesk) -> None:
    desk.record("r", steady(100))
    desk.record("r", steady(90))

    assert tempo(desk.current("r").analysis) == 90


def test_a_new_run_only_proposes_beside_a_persons_work(desk: AnalysisDesk) -> None:
    desk.record("r", steady(100))
    desk.correct("r", Correction("double_tempo"), "ann")
    proposed = desk.record("r", steady(90))

    assert proposed.is_proposal
    assert tempo(desk.current("r").analysis) == 200


def test_an_accepted_proposal_is_current_even_after_later_corrections(desk: AnalysisDesk) -> None:
    desk.record("r", steady(100))
    desk.correct("r", Correction("double_tempo"), "ann")
    proposed = desk.record("r", steady(90))
    desk.correct("r", Correction("halve_tempo"), "ann")

    desk.accept("r", proposed.number, "ann")

    assert tempo(desk.current("r").analysis) == 90


def test_reverting_keeps_every_version_and_its_author(desk: AnalysisDesk) -> None:
    desk.record("r", steady(100))
    desk.correct("r", Correction("double_tempo"), "ann")

    desk.revert("r", 1, "bob")

    assert tempo(desk.current("r").analysis) == 100
    assert [(v.number, v.origin, v.author) for v in desk.history("r")] == [
        (1, Origin.MACHINE, "harmonix"),
        (2, Origin.PERSON, "ann"),
        (3, Origin.REVERT, "bob"),
    ]


def test_a_song_nobody_analysed_has_nothing_to_correct(desk: AnalysisDesk) -> None:
    with pytest.raises(NotFoundError):
        desk.correct("r", Correction("double_tempo"), "ann")
