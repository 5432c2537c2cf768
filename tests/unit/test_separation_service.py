"""What the service promises, whatever the engine."""

from pathlib import Path

import numpy as np
import pytest

from harmonix_splitter.domain.separation import Mode, Recipe
from harmonix_splitter.errors import (
    CancelledError,
    DeviceTooSmallError,
    EngineMissingError,
    InvalidRequestError,
    SeparationError,
    StorageError,
)
from harmonix_splitter.services.separation import Output, SeparationService
from tests.fakes.separation import FakeEngine, FakeLocks, FakeReader, FakeSplitter, FakeWriters

SONG, TARGET = Path("song.mp3"), Path("out")


def grid(frames: int = 3000) -> np.ndarray:
    """A recording of 16-bit samples."""
    return (np.random.default_rng(1).integers(-9000, 9000, (frames, 2)) / 32_768).astype(np.float32)


def service(*engines: FakeEngine, samples: np.ndarray | None = None) -> SeparationService:
    reader = FakeReader(grid() if samples is None else samples)
    return SeparationService(reader, FakeWriters(), engines or (FakeEngine(),), FakeLocks())


def test_vocals_and_instrumental_are_the_recording_bit_by_bit() -> None:
    own = service()

    done = own.separate(SONG, Recipe(Mode.KARAOKE), TARGET)

    files = own.writers.files
    assert set(done.stems) == {"vocals", "instrumental"}
    assert np.array_equal(files["vocals.flac"] + files["instrumental.flac"], grid())
    assert np.array_equal(np.rint(files["vocals.flac"] * 32_768), files["vocals.flac"] * 32_768)


@pytest.mark.parametrize("frames", [1, 2, 399, 400, 3000])
def test_every_stem_has_every_sample_whatever_the_length(frames: int) -> None:
    own = service(FakeEngine(sums=True), samples=grid(frames))

    done = own.separate(SONG, Recipe(), TARGET)

    files = own.writers.files
    assert done.sample_count == frames
    assert {len(samples) for samples in files.values()} == {frames}
    assert np.array_equal(sum(files.values()), grid(frames))


def test_a_full_gpu_gets_smaller_pieces_and_then_the_processor() -> None:
    engine = FakeEngine(places=("cuda", "cpu"), roomy=frozenset({("cpu", 0)}))

    done = service(engine).separate(SONG, Recipe(), TARGET)

    assert engine.tried == [("cuda", 0), ("cuda", 1), ("cuda", 2), ("cpu", 0)]
    assert done.device == "cpu"
    assert sum("out of memory" in note for note in done.notes) == 3


def test_when_nothing_has_room_the_error_says_so() -> None:
    engine = FakeEngine(roomy=frozenset())

    with pytest.raises(DeviceTooSmallError):
        service(engine).separate(SONG, Recipe(), TARGET)


def test_progress_only_goes_forward_and_ends_at_one() -> None:
    heard: list[float] = []
    fills_up_at = iter([4])

    def full_once(result: np.ndarray) -> np.ndarray:
        if len(heard) > 12 and next(fills_up_at, None):
            raise DeviceTooSmallError("full", device="cuda")
        return result

    splitter = FakeSplitter(dict.fromkeys(("vocals", "drums", "bass", "other"), 0.25), broken=full_once)
    engine = FakeEngine(splitter=splitter)

    service(engine).separate(SONG, Recipe(), TARGET, heard.append)

    assert len(engine.tried) == 2

    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_cancelling_leaves_no_file() -> None:
    own = service()

    def stop(share: float, /) -> None:
        if share > 0.3:
            raise CancelledError("enough")

    with pytest.raises(CancelledError):
        own.separate(SONG, Recipe(), TARGET, stop)

    assert own.writers.files == {}
    assert all(writer.abandoned for writer in own.writers.opened)


def test_a_disk_that_fails_leaves_no_file() -> None:
    own = service()
    own.writers.fails["bass.flac"] = StorageError("full")

    with pytest.raises(StorageError):
        own.separate(SONG, Recipe(), TARGET)

    assert own.writers.files == {}


@pytest.mark.parametrize(
    ("broken", "words"),
    [(lambda result: result[:, :2], "unexpected shape"), (lambda result: result * np.nan, "not sound")],
)
def test_a_broken_model_writes_nothing(broken: object, words: str) -> None:
    splitter = FakeSplitter(dict.fromkeys(("vocals", "drums", "bass", "other"), 0.25), broken=broken)
    own = service(FakeEngine(splitter=splitter))

    with pytest.raises(SeparationError, match=words):
        own.separate(SONG, Recipe(), TARGET)

    assert own.writers.files == {}


def test_auto_takes_the_best_that_can_run_and_says_why_not_the_better_one() -> None:
    missing = FakeEngine("best", missing="It is not installed.")
    narrow = FakeEngine("narrow", stems=("vocals",))

    done = service(missing, narrow, FakeEngine("plain")).separate(SONG, Recipe(), TARGET)

    assert done.engine == "plain"
    assert any("best: It is not installed" in note for note in done.notes)
    assert any("narrow: none of its models" in note for note in done.notes)


def test_a_named_engine_that_cannot_run_is_an_error_not_a_substitute() -> None:
    own = service(FakeEngine("best", missing="It is not installed."), FakeEngine("plain"))

    with pytest.raises(EngineMissingError, match="not installed"):
        own.separate(SONG, Recipe(engine="best"), TARGET)


def test_what_no_engine_can_do_is_refused_with_what_can() -> None:
    with pytest.raises(InvalidRequestError, match=r"guitar.*vocals, drums, bass, other, instrumental"):
        service().separate(SONG, Recipe(Mode.PER_INSTRUMENT, stems=("guitar",)), TARGET)


def test_an_unknown_engine_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(InvalidRequestError, match="auto, fake"):
        service().separate(SONG, Recipe(engine="magic"), TARGET)


@pytest.mark.parametrize(("kept", "files"), [(True, 4), (False, 3)])
def test_silent_stems_are_named_and_left_out_on_request(kept: bool, files: int) -> None:
    splitter = FakeSplitter({"vocals": 0.5, "drums": 0.3, "bass": 1e-4, "other": 0.2})
    own = service(FakeEngine(splitter=splitter))

    done = own.separate(SONG, Recipe(), TARGET, output=Output(with_silent=kept))

    assert done.silent == ("bass",)
    assert len(own.writers.files) == files


def test_stems_louder_than_full_scale_are_said() -> None:
    splitter = FakeSplitter({"vocals": 9.0, "drums": 0.1, "bass": 0.1, "other": 0.1})

    done = service(FakeEngine(splitter=splitter)).separate(SONG, Recipe(), TARGET)

    assert any(note.startswith("vocals:") and "louder" in note for note in done.notes)
