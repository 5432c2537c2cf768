"""What the stems say about the instruments, and what is left to the mix."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from harmonix_splitter.analysis.instrument_model import Patches, chances_in, patches_of
from harmonix_splitter.analysis.instruments import in_stems, together, total_loudness
from harmonix_splitter.audio.hearing import RATE, heard
from harmonix_splitter.domain.analysis import Analysis, VocalRange
from harmonix_splitter.errors import CancelledError
from harmonix_splitter.services.analysis import AnalysisService
from tests.fakes.analysis import ArrayReader

NOISE = (0.1 * np.random.default_rng(1).standard_normal((44100 * 10, 2))).astype(np.float32)
KNOWN = Analysis(10.0, instruments={"vocals": 0.9, "guitar": 0.8, "strings": 0.1, "brass": 0.2})


def patches(audio: np.ndarray) -> Patches:
    return patches_of(heard([audio], with_pitches=False))


def test_a_stem_is_believed_before_the_rest_and_the_rest_before_the_mix() -> None:
    told = {"vocals": {"vocals": 0.05}, "guitar": {"guitar": 0.7}, "other": {"guitar": 0.1, "strings": 0.9}}

    found = together(KNOWN.instruments, told)

    assert (found["vocals"], found["guitar"], found["strings"], found["brass"]) == (0.05, 0.7, 0.9, 0.2)


def test_patches_do_not_depend_on_how_loud_the_sound_is() -> None:
    audio = NOISE[:, 0][: RATE * 7]

    loud, soft = patches(audio), patches(audio * 0.5)

    assert len(loud.rows) == 2
    assert np.abs(loud.rows - soft.rows).max() < 0.05
    assert soft.loudness[0] == pytest.approx(loud.loudness[0] / 2, rel=0.05)


def test_a_stem_that_is_all_but_silent_holds_nothing() -> None:
    drums = patches(NOISE[:, 0][: RATE * 7])
    faint = patches(0.005 * NOISE[:, 0][: RATE * 7])

    clear = in_stems({"drums": drums}, drums.loudness)["drums"]["drums"]
    hidden = in_stems({"drums": faint}, drums.loudness)["drums"]["drums"]

    assert clear > 0.5
    assert hidden == 0.0


@pytest.mark.parametrize("stem", ["vocals", "drums", "bass"])
def test_a_voice_drums_and_a_bass_are_there_when_their_stem_is_loud_whatever_it_sounds_like(stem: str) -> None:
    strange = patches(NOISE[:, 0][: RATE * 7])

    told = in_stems({stem: strange}, strange.loudness)

    assert told == {stem: {stem: 1.0}}


def test_silence_holds_no_instrument() -> None:
    assert set(chances_in(patches(np.zeros(RATE * 7, np.float32))).values()) == {0.0}
    assert len(patches(np.zeros(32, np.float32)).loudness) == 0


def test_stems_together_are_as_loud_as_the_mix() -> None:
    short, long = patches(NOISE[:, 0][: RATE * 4]), patches(NOISE[:, 0][: RATE * 7])

    assert total_loudness([short, long]) == pytest.approx([2 * long.loudness[0], long.loudness[1]], rel=0.05)
    assert len(total_loudness([])) == 0


class CountingReader(ArrayReader):
    """Counts what is read."""

    opened = 0

    def blocks(
        self, path: Path, rate: int | None = 44100, channels: int = 2, block: int = 65536
    ) -> Iterator[np.ndarray]:
        self.opened += 1
        return super().blocks(path, rate, channels, block)


def of_job(known: Analysis, reader: CountingReader, progress=lambda _share: None) -> Analysis:  # type: ignore[no-untyped-def]
    stems = {name: Path(name) for name in reader.arrays}
    return AnalysisService(reader).with_stems(known.to_document(), stems, progress)


def test_a_jobs_own_stems_decide_what_plays() -> None:
    reader = CountingReader({"vocals": NOISE * 0, "other": NOISE * 0, "drums": NOISE, "bass": NOISE * 0})

    found = of_job(KNOWN, reader)

    assert {found.instruments[name] for name in ("vocals", "guitar", "bass", "strings")} == {0.0}
    assert found.stems == ("bass", "drums", "other", "vocals")
    assert found.vocal_range is None


def test_the_stems_of_a_karaoke_song_speak_of_the_voice_only() -> None:
    found = of_job(KNOWN, CountingReader({"vocals": NOISE * 0, "instrumental": NOISE}))

    assert found.instruments["vocals"] == 0.0
    assert found.instruments["guitar"] == 0.8


def test_stems_that_were_heard_are_not_heard_again() -> None:
    reader = CountingReader({"vocals": NOISE * 0, "other": NOISE * 0})
    known = Analysis(10.0, stems=("drums", "other", "vocals"), vocal_range=VocalRange(50, 60))

    assert of_job(known, reader).stems == known.stems
    assert reader.opened == 0


def test_listening_to_stems_stops_when_nobody_wants_it() -> None:
    def stop(_share: float) -> None:
        raise CancelledError("The work was stopped.")

    reader = CountingReader({"vocals": NOISE, "other": NOISE})
    with pytest.raises(CancelledError):
        of_job(KNOWN, reader, stop)
    assert reader.opened == 1
