"""The engine that is always there, on real files."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from harmonix_splitter.adapters.devices.locks import FileLocks
from harmonix_splitter.adapters.engines.separation.embedded import EmbeddedEngine
from harmonix_splitter.adapters.engines.separation.masking import mask_splitter
from harmonix_splitter.adapters.engines.separation.signal_masks import SignalMasks
from harmonix_splitter.adapters.media.encoding import FileWriters
from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.audio.chunks import with_context
from harmonix_splitter.domain.media import AudioFormat, Encoding
from harmonix_splitter.domain.separation import Mode, Recipe
from harmonix_splitter.errors import CancelledError
from harmonix_splitter.services.separation import Output, SeparationService
from harmonix_splitter.services.separation.streaming import measured, split
from tests import makers_media as make

MEDIA = PyAvMedia()
QUICK = SignalMasks(context_frames=40, apart_frames=8)


def service(folder: Path) -> SeparationService:
    engine = EmbeddedEngine(make=lambda: QUICK)
    return SeparationService(MEDIA, FileWriters(), (engine,), FileLocks(folder / "locks"))


def music(seconds: float) -> np.ndarray:
    random = np.random.default_rng(2)
    strikes = (
        random.normal(size=(round(seconds * 44_100), 2)) * (np.arange(round(seconds * 44_100)) % 11_025 < 800)[:, None]
    )
    return (make.tone(seconds, hertz=220) * 0.5 + 0.2 * strikes).astype(np.float32)


SONGS = {
    "one sample": np.full((1, 2), 0.25, np.float32),
    "silence": np.zeros((50_000, 2), np.float32),
    "clipped": np.sign(music(1.5)),
    "short": music(0.02),
    "usual": music(1.5),
}


@pytest.mark.parametrize("name", SONGS)
@pytest.mark.parametrize("mode", [Mode.KARAOKE, Mode.GROUPED])
def test_every_kind_of_song_gives_stems_that_add_up_to_it(tmp_path: Path, name: str, mode: Mode) -> None:
    song = make.write(tmp_path / "song.wav", SONGS[name])

    done = service(tmp_path).separate(song, Recipe(mode), tmp_path / "stems")

    stems = [soundfile.read(path, dtype="int16")[0].astype(int) for path in done.stems.values()]
    assert {len(stem) for stem in stems} == {len(SONGS[name])}
    expected = soundfile.read(song, dtype="int16")[0].astype(int)
    off = np.abs(sum(stems) - expected).max()
    assert off == 0 or name == "clipped"


def test_mono_gives_the_same_on_both_sides(tmp_path: Path) -> None:
    song = make.write(tmp_path / "song.wav", music(1.0)[:, :1], layout="mono")

    done = service(tmp_path).separate(song, Recipe(), tmp_path / "stems")

    for path in done.stems.values():
        stem = MEDIA.load(path)
        assert np.array_equal(stem[:, 0], stem[:, 1])


def test_silence_is_called_silent(tmp_path: Path) -> None:
    song = make.write(tmp_path / "song.wav", SONGS["silence"])

    done = service(tmp_path).separate(song, Recipe(), tmp_path / "stems")

    assert set(done.silent) == {"vocals", "drums", "bass", "other"}


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    song = make.write(tmp_path / "song.wav", SONGS["usual"])

    first = service(tmp_path).separate(song, Recipe(), tmp_path / "a")
    second = service(tmp_path).separate(song, Recipe(), tmp_path / "b")

    assert all(first.stems[name].read_bytes() == second.stems[name].read_bytes() for name in first.stems)


def test_a_song_in_segments_is_the_song_in_one_piece() -> None:
    song = music(28.0)
    pieces = mask_splitter(QUICK, ("vocals", "drums", "bass"))
    whole = mask_splitter(QUICK, ("vocals", "drums", "bass"))
    object.__setattr__(whole, "segmentation", with_context(1250 * 1024, 44 * 1024, 1024))

    def run(splitter: object) -> np.ndarray:
        blocks = [song[at : at + 65_536] for at in range(0, len(song), 65_536)]
        track = measured(iter(blocks), 44_100, lambda _share, /: None)
        parts = split(iter(blocks), splitter, track, lambda _share, /: None)
        return np.concatenate([stems for _, stems in parts], axis=2)

    streamed, at_once = run(pieces), run(whole)

    assert pieces.segmentation.count(len(song)) > 2
    assert 10 * np.log10(((streamed - at_once) ** 2).sum() / (at_once**2).sum()) < -60


@pytest.mark.parametrize("form", list(AudioFormat))
def test_stems_are_written_in_the_form_asked_for(tmp_path: Path, form: AudioFormat) -> None:
    song = make.write(tmp_path / "song.wav", SONGS["usual"])

    done = service(tmp_path).separate(song, Recipe(), tmp_path / "stems", output=Output(Encoding(form)))

    assert {len(MEDIA.load(path)) for path in done.stems.values()} == {len(SONGS["usual"])}
    assert {path.suffix for path in done.stems.values()} == {f".{form}"}


def test_a_cancelled_separation_leaves_an_empty_folder(tmp_path: Path) -> None:
    song = make.write(tmp_path / "song.wav", music(20.0))

    def stop(share: float, /) -> None:
        if share > 0:
            raise CancelledError("enough")

    with pytest.raises(CancelledError):
        service(tmp_path).separate(song, Recipe(), tmp_path / "stems", stop)

    assert list((tmp_path / "stems").iterdir()) == []
