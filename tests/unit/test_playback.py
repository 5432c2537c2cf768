"""Mixes: what sounds, how loud, where, how fast and how high."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from harmonix_splitter.adapters.media.encoding import FileWriters, PyAvEncoder
from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.adapters.storage.renderings import RenderingFolder
from harmonix_splitter.adapters.stretching.signalsmith import SignalsmithStretcher
from harmonix_splitter.audio.mixing import evenly, head_room, loudness_columns, mixed, peak_levels
from harmonix_splitter.domain.media import AudioFormat, Encoding
from harmonix_splitter.domain.playback import Mix, Strip, mix_from, parts_of
from harmonix_splitter.domain.units import Seconds, Semitones
from harmonix_splitter.errors import InvalidRequestError, NotFoundError
from harmonix_splitter.services.playback import PlaybackService
from harmonix_splitter.services.ports.storage import StoredFile

RATE = 44_100
WAV = Encoding(AudioFormat.WAV, bits=24)


def tone(hertz: float, seconds: float = 1.0, level: float = 0.25) -> np.ndarray:
    wave = level * np.sin(2 * np.pi * hertz * np.arange(int(RATE * seconds)) / RATE)
    return np.stack([wave, wave], axis=1).astype(np.float32)


@pytest.fixture
def stems(tmp_path: Path) -> dict[str, StoredFile]:
    found = {}
    for name, hertz in (("bass", 110.0), ("vocals", 880.0)):
        path = tmp_path / f"{name}.flac"
        soundfile.write(path, tone(hertz), RATE, subtype="PCM_24")
        found[name] = StoredFile(name, path, path.stat().st_size, f"{name}-hash".ljust(64, "0"))
    return found


@pytest.fixture
def playback(tmp_path: Path) -> PlaybackService:
    folder = RenderingFolder(tmp_path / "renderings")
    return PlaybackService(PyAvMedia(), FileWriters(), PyAvEncoder(), SignalsmithStretcher(), folder)


def strength(samples: np.ndarray, hertz: float) -> float:
    """How much of this pitch is in there; 1 for a tone at full scale."""
    count = len(samples)
    window = np.hanning(count)
    turn = np.exp(-2j * np.pi * hertz * np.arange(count) / RATE)
    return float(2 * abs(np.sum(samples * window * turn)) / window.sum())


def test_a_mix_as_recorded_is_the_sum(playback: PlaybackService, stems: dict[str, StoredFile]) -> None:
    mix, _ = soundfile.read(playback.mix(stems, Mix(), WAV), dtype="float32")

    assert mix.shape == (RATE, 2)
    assert np.abs(mix - (tone(110) + tone(880))).max() < 1e-5


def test_levels_pans_and_mutes_are_heard(playback: PlaybackService, stems: dict[str, StoredFile]) -> None:
    wish = Mix({"bass": Strip(gain=0.5, pan=-1.0), "vocals": Strip(is_muted=True)})

    mix, _ = soundfile.read(playback.mix(stems, wish, WAV))

    assert strength(mix[:, 0], 110) == pytest.approx(0.25, abs=0.01)
    assert np.abs(mix[:, 1]).max() < 1e-6
    assert strength(mix[:, 0], 880) < 1e-4


def test_only_what_is_soloed_is_heard(playback: PlaybackService, stems: dict[str, StoredFile]) -> None:
    mix, _ = soundfile.read(playback.mix(stems, Mix({"vocals": Strip(is_soloed=True)}), WAV))

    assert strength(mix[:, 0], 880) == pytest.approx(0.25, abs=0.01)
    assert strength(mix[:, 0], 110) < 1e-4


def test_pitch_moves_by_semitones_and_keeps_the_length(playback: PlaybackService, stems: dict[str, StoredFile]) -> None:
    wish = Mix({"bass": Strip(is_muted=True)}, semitones=Semitones(12))

    mix, _ = soundfile.read(playback.mix(stems, wish, WAV))

    assert len(mix) == RATE
    middle = mix[RATE // 4 : -RATE // 4, 0]
    assert strength(middle, 1760) > 10 * strength(middle, 880)


@pytest.mark.parametrize("tempo", [1.0, 0.8])
def test_drums_keep_their_pitch_when_the_key_changes(
    playback: PlaybackService, stems: dict[str, StoredFile], tempo: float
) -> None:
    of_a_band = {"drums": replace(stems["vocals"], name="drums"), "bass": stems["bass"]}

    mix, _ = soundfile.read(playback.mix(of_a_band, Mix(semitones=Semitones(5), tempo=tempo), WAV))

    assert len(mix) == round(RATE / tempo)
    middle = mix[len(mix) // 4 : -len(mix) // 4, 0]
    bass = 110 * 2 ** (5 / 12)
    assert strength(middle, 880) > 10 * strength(middle, 880 * 2 ** (5 / 12))
    assert strength(middle, bass) > 10 * strength(middle, 110)


def test_drums_asked_for_alone_are_shifted(playback: PlaybackService, stems: dict[str, StoredFile]) -> None:
    drums = replace(stems["vocals"], name="drums")

    alone, _ = soundfile.read(playback.shifted(drums, Mix(semitones=Semitones(12))))

    middle = alone[RATE // 4 : -RATE // 4, 0]
    assert strength(middle, 1760) > 10 * strength(middle, 880)


@pytest.mark.parametrize("tempo", [0.5, 0.8, 2.0])
def test_tempo_changes_the_length_and_keeps_the_pitch(
    playback: PlaybackService, stems: dict[str, StoredFile], tempo: float
) -> None:
    mix, _ = soundfile.read(playback.mix(stems, Mix(tempo=tempo), WAV))

    assert len(mix) == round(RATE / tempo)
    middle = mix[len(mix) // 4 : -len(mix) // 4, 0]
    assert strength(middle, 880) > 10 * strength(middle, 880 * tempo)


def struck(seconds: float, every: float) -> np.ndarray:
    """A chord under clicks, one every so many seconds."""
    sound = tone(220, seconds, 0.1) + tone(331, seconds, 0.1)
    for at in np.arange(0.5, seconds - 0.1, every):
        sound[int(at * RATE) : int(at * RATE) + 60] += 0.6
    return sound


def in_pieces(sound: np.ndarray, piece: float, tempo: float, semitones: float) -> list[np.ndarray]:
    blocks = (sound[at : at + 30_000] for at in range(0, len(sound), 30_000))
    stretcher = SignalsmithStretcher(Seconds(piece))
    return list(stretcher.stretched(blocks, RATE, tempo, Semitones(semitones)))


@pytest.mark.parametrize(("tempo", "semitones"), [(0.7, 0.0), (1.0, 3.0), (1.6, -2.0)])
def test_a_long_mix_goes_in_pieces_nobody_hears(tempo: float, semitones: float) -> None:
    sound = struck(14.37, 0.75)

    pieces = in_pieces(sound, 7.0, tempo, semitones)
    whole = np.concatenate(in_pieces(sound, 100.0, tempo, semitones))
    joined = np.concatenate(pieces)

    assert len(joined) == len(whole) == round(len(sound) / tempo)
    assert max(len(piece) for piece in pieces) <= 10.0 * RATE / tempo  # the last one takes the lap with it
    heard = [
        np.sqrt((one[: len(one) // 11025 * 11025, 0].reshape(-1, 11025) ** 2).mean(axis=1)) for one in (joined, whole)
    ]
    assert np.abs(20 * np.log10(heard[0] / heard[1])).max() < 1.0
    hertz = 220 * 2 ** (semitones / 12)
    assert tone_in(joined, hertz) == pytest.approx(tone_in(whole, hertz), rel=0.2)


def tone_in(sound: np.ndarray, hertz: float) -> float:
    """How strong a tone is in a usual second."""
    return float(np.median([strength(sound[at : at + RATE, 0], hertz) for at in range(0, len(sound) - RATE, RATE)]))


def test_clicks_stay_in_time_over_every_seam() -> None:
    sound = struck(14.37, 0.75)

    joined = np.concatenate(in_pieces(sound, 7.0, 0.8, 2.0))[:, 0]

    steps = np.abs(np.diff(joined))
    for at in np.arange(0.5, 14.2, 0.75) / 0.8:
        around = steps[int((at - 0.1) * RATE) : int((at + 0.1) * RATE)]
        assert abs(int(around.argmax()) - 0.1 * RATE) < 0.02 * RATE


def test_a_loud_mix_is_turned_down_instead_of_clipping(playback: PlaybackService, stems: dict[str, StoredFile]) -> None:
    soundfile.write(stems["bass"].path, tone(110, level=0.9), RATE, subtype="PCM_24")

    mix, _ = soundfile.read(playback.mix(stems, Mix({"bass": Strip(gain=2.0)}), WAV))

    assert np.abs(mix).max() <= 1.0
    clean = strength(mix[:, 0], 110)
    assert strength(mix[:, 0], 330) < 0.001 * clean


def test_silence_is_as_long_as_the_song(playback: PlaybackService, stems: dict[str, StoredFile]) -> None:
    mix, _ = soundfile.read(playback.mix(stems, Mix({name: Strip(is_muted=True) for name in stems}), WAV))

    assert mix.shape == (RATE, 2)
    assert not mix.any()


@pytest.mark.parametrize("form", list(AudioFormat))
def test_a_mix_comes_in_every_form(playback: PlaybackService, stems: dict[str, StoredFile], form: AudioFormat) -> None:
    path = playback.mix(stems, Mix(), Encoding(form))

    assert path.suffix == f".{form}"
    assert len(PyAvMedia().load(path)) == RATE


def test_the_same_mix_is_rendered_once(playback: PlaybackService, stems: dict[str, StoredFile]) -> None:
    first = playback.mix(stems, Mix(), WAV)
    written = first.stat().st_ino

    assert playback.has_mix(stems, Mix(), WAV)
    assert playback.mix(stems, Mix(), WAV).stat().st_ino == written
    assert not playback.has_mix(stems, Mix(tempo=0.9), WAV)


def test_a_waveform_shows_lowest_and_highest_at_every_zoom(
    playback: PlaybackService, stems: dict[str, StoredFile]
) -> None:
    document = json.loads(playback.peaks(stems["bass"]).read_text())

    assert [level["samplesPerPeak"] for level in document["levels"]] == [512, 4096, 32768]
    finest = document["levels"][0]["peaks"]
    assert len(finest) == 2 * -(-RATE // 512)
    assert (min(finest), max(finest)) == (-32, 32)
    assert document["levels"][2]["peaks"] == [-32, 32, -32, 32]


def test_peaks_do_not_depend_on_how_the_sound_is_cut() -> None:
    sound = tone(97, 0.3)
    cut: Iterator[np.ndarray] = iter([sound[:1000], sound[1000:1001], sound[1001:]])

    assert peak_levels(iter([sound]), (512, 4096)) == peak_levels(cut, (512, 4096))


def test_the_small_picture_shows_where_it_is_loud() -> None:
    sound = np.concatenate([tone(440, 1.0, level=0.0), tone(440, 1.0, level=1.0), tone(440, 2.0, level=0.5)])

    columns = loudness_columns(peak_levels(iter([sound]), (512,))[512], 4)

    assert columns == pytest.approx([0, 127, 64, 64], abs=2)
    assert loudness_columns([], 3) == [0, 0, 0]
    assert loudness_columns([-10, 30], 3) == [20, 20, 20]


def test_a_shorter_stem_is_silent_to_the_end() -> None:
    long, short = np.ones((5, 2), np.float32), np.ones((3, 2), np.float32)

    (total,) = mixed([(Strip(), iter([long])), (Strip(), iter([short]))])

    assert total[:, 0].tolist() == [2, 2, 2, 1, 1]


@pytest.mark.parametrize("sizes", [[7, 1, 22], [10, 20], [3], []])
def test_sound_cut_anew_is_the_same_sound(sizes: list[int]) -> None:
    sound = np.arange(2 * sum(sizes), dtype=np.float32).reshape(-1, 2)
    blocks = np.split(sound, np.cumsum(sizes)[:-1]) if sizes else []

    cut = list(evenly(iter(blocks), 10))

    assert [len(block) for block in cut[:-1]] == [10] * (len(cut) - 1)
    assert np.array_equal(np.concatenate([np.zeros((0, 2), np.float32), *cut]), sound)


def test_quiet_music_keeps_its_level() -> None:
    assert head_room(iter([tone(440)])) == 1.0
    assert head_room(iter([np.zeros((4, 2), np.float32)])) == 1.0


def test_an_address_says_what_the_desk_shows() -> None:
    mix = mix_from(
        {"level": "bass:80.drums:0", "pan": "bass:-50", "off": "vocals", "only": "bass", "tempo": "80", "key": "-2"}
    )

    assert mix.strips["bass"] == Strip(0.8, -0.5, is_soloed=True)
    assert mix.strips["vocals"].is_muted
    assert (mix.tempo, mix.semitones) == (0.8, -2)
    assert mix_from({}) == Mix()


@pytest.mark.parametrize(
    "query",
    [
        {"tempo": "fast"},
        {"tempo": "nan"},
        {"tempo": "20"},
        {"key": "13"},
        {"level": "bass"},
        {"level": "bass:900"},
        {"pan": "a:-101"},
    ],
)
def test_an_address_that_makes_no_sense_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(InvalidRequestError):
        mix_from(query)


def test_a_stem_the_song_does_not_have_is_named() -> None:
    with pytest.raises(InvalidRequestError, match="kazoo"):
        Mix({"kazoo": Strip()}).heard(["bass"])


def test_the_whole_recording_is_no_part_where_there_are_parts() -> None:
    assert parts_of(["vocals", "original"]) == ["vocals"]
    assert parts_of(["original"]) == ["original"]


def test_renderings_never_take_more_than_their_room(tmp_path: Path) -> None:
    folder = RenderingFolder(tmp_path, most_bytes=250)
    for number in range(4):
        folder.get(f"{number}.bin", lambda target: target.write_bytes(b"x" * 100))

    assert folder.has("3.bin")
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 250


def test_a_rendering_that_fails_leaves_nothing(tmp_path: Path) -> None:
    folder = RenderingFolder(tmp_path)

    def broken(target: Path) -> None:
        target.write_bytes(b"half")
        raise InvalidRequestError("no")

    with pytest.raises(InvalidRequestError):
        folder.get("x.wav", broken)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(NotFoundError):
        folder.has("../x")
