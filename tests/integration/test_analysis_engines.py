"""Analysis engines with made-up networks: what they hear, what they refuse, what they say when they are missing."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from harmonix_splitter.adapters.engines.analysis_models import BEAT_THIS_ONNX, BEATNET, BTC, KEYNET
from harmonix_splitter.adapters.engines.beats.beat_this import BeatThis, log_mel
from harmonix_splitter.adapters.engines.beats.beatnet import BeatNet, features_of
from harmonix_splitter.adapters.engines.chords.btc import Btc
from harmonix_splitter.adapters.engines.keys.keynet import KeyNet, from_camelot
from harmonix_splitter.adapters.engines.madmom import MadmomBeats, MadmomChords
from harmonix_splitter.adapters.engines.models import ModelFolder
from harmonix_splitter.adapters.engines.sections.msaf import Msaf
from harmonix_splitter.domain.analysis import ChordName, Key, Scale
from harmonix_splitter.domain.models import Model, ModelFile
from harmonix_splitter.errors import AnalysisError, EngineMissingError

torch = pytest.importorskip("torch")
RATE = 22_050


@dataclass
class Clicks:
    """Half a minute of clicks at 120 BPM, at any rate."""

    path: Path = Path("clicks.wav")

    def mono(self, rate: int) -> np.ndarray:
        audio = np.zeros(30 * rate, np.float32)
        for beat in range(1, 59):
            audio[beat * rate // 2 : beat * rate // 2 + rate // 100] = 0.8 if beat % 4 == 1 else 0.4
        return audio


@dataclass
class Folder:
    """A models folder in which every file may be what it likes."""

    path: Path
    sizes: dict[str, int] = field(default_factory=dict)

    def store(self, *models: Model) -> ModelFolder:
        known = tuple(
            Model(m.name, m.engine, (), tuple(ModelFile(f.name) for f in m.files), m.licence, m.source) for m in models
        )
        return AnyBytes(self.path, known)


class AnyBytes(ModelFolder):
    """Believes random weights, whose checksum nobody published."""

    def paths(self, model: Model) -> tuple[Path, ...]:
        return super().paths(next(known for known in self.known if known.name == model.name))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def btc_checkpoint(labels: int = 170) -> dict[str, object]:
    chance = torch.Generator().manual_seed(1)

    def some(*shape: int) -> object:
        return 0.05 * torch.randn(*shape, generator=chance)

    model: dict[str, object] = {"self_attn_layers.embedding_proj.weight": some(128, 144)}
    for way in ("attn_block", "backward_attn_block"):
        at = f"self_attn_layers.self_attn_layers.0.{way}"
        for part in ("query", "key", "value", "output"):
            model[f"{at}.multi_head_attention.{part}_linear.weight"] = some(128, 128)
        for norm in ("mha", "ffn"):
            model |= {
                f"{at}.layer_norm_{norm}.gamma": torch.ones(128),
                f"{at}.layer_norm_{norm}.beta": torch.zeros(128),
            }
        for layer in range(2):
            model[f"{at}.positionwise_convolution.layers.{layer}.conv.weight"] = some(128, 128, 3)
            model[f"{at}.positionwise_convolution.layers.{layer}.conv.bias"] = some(128)
    model["self_attn_layers.self_attn_layers.0.linear.weight"] = some(128, 256)
    model["self_attn_layers.self_attn_layers.0.linear.bias"] = some(128)
    model |= {
        "self_attn_layers.layer_norm.gamma": torch.ones(128),
        "self_attn_layers.layer_norm.beta": torch.zeros(128),
    }
    model["output_layer.output_projection.weight"] = some(labels, 128)
    model["output_layer.output_projection.bias"] = some(labels)
    return {"mean": np.float64(-3.0), "std": np.float64(2.0), "model": model}


def test_btc_hears_every_frame_and_its_chances_add_up_to_one(folder: Folder) -> None:
    torch.save(btc_checkpoint(), folder.path / "btc_model_large_voca.pt")

    found = Btc(folder.store(BTC)).chances(Clicks())

    assert found.logs.shape == (3 * 108, 169)
    assert np.allclose(np.exp(found.logs).sum(axis=1), 1, atol=1e-4)
    assert found.names[1] == ChordName(0, "maj")
    assert found.rate == pytest.approx(10.8)


def test_btc_lists_its_chords_in_the_order_of_the_published_labels(folder: Folder) -> None:
    checkpoint = btc_checkpoint()
    loud = torch.full((170,), -20.0)
    loud[9 * 14] = 20.0  # A minor
    checkpoint["model"]["output_layer.output_projection.bias"] = loud
    torch.save(checkpoint, folder.path / "btc_model_large_voca.pt")

    found = Btc(folder.store(BTC)).chances(Clicks())

    assert found.names[int(found.logs[0].argmax())] == ChordName(9, "min")


def test_the_small_btc_is_told_from_the_large_one(folder: Folder) -> None:
    torch.save(btc_checkpoint(labels=25), folder.path / "btc_model_large_voca.pt")

    with pytest.raises(AnalysisError, match="25 labels"):
        Btc(folder.store(BTC)).chances(Clicks())


def test_a_checkpoint_that_would_run_code_is_refused(folder: Folder) -> None:
    torch.save({"model": {}, "mean": sys.exit, "std": 1}, folder.path / "btc_model_large_voca.pt")

    with pytest.raises(AnalysisError, match="cannot be read as weights"):
        Btc(folder.store(BTC)).chances(Clicks())


def keynet_weights() -> dict[str, object]:
    sizes = [(1, 20, 5), (20, 20, 3), (20, 40, 3), (40, 40, 3), (40, 80, 3), (80, 80, 3), (80, 160, 3), (160, 160, 3),
             (160, 24, 1)]  # fmt: skip
    weights: dict[str, object] = {}
    for number, (before, after, side) in enumerate(sizes, 1):
        weights[f"conv{number}.conv.weight"] = 0.1 * torch.randn(after, before, side, side)
        ones, zeros = torch.ones(after), torch.zeros(after)
        weights |= {f"conv{number}.bn.weight": ones, f"conv{number}.bn.bias": zeros}
        weights |= {f"conv{number}.bn.running_var": ones, f"conv{number}.bn.running_mean": zeros}
    return weights


def test_keynet_gives_every_key_a_chance(folder: Folder) -> None:
    torch.save(keynet_weights(), folder.path / "keynet.pt")

    chances = KeyNet(folder.store(KEYNET)).chances(Clicks())

    assert chances.shape == (24,)
    assert chances.sum() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(("place", "key"), [(7, "8A"), (19, "8B"), (0, "1A"), (23, "12B")])
def test_the_networks_wheel_is_turned_to_our_order_of_keys(place: int, key: str) -> None:
    index = int(from_camelot(np.eye(24)[place]).argmax())

    assert Key(index % 12, Scale.MAJOR if index < 12 else Scale.MINOR).camelot == key


def beatnet_weights() -> dict[str, object]:
    memory = torch.nn.LSTM(150, 150, 2)
    shapes = {"conv1.weight": (2, 1, 10), "conv1.bias": (2,), "linear0.weight": (150, 262), "linear0.bias": (150,)}
    shapes |= {"linear.weight": (3, 150), "linear.bias": (3,)}
    weights = {name: 0.1 * torch.randn(*shape) for name, shape in shapes.items()}
    return weights | {f"lstm.{name}": value for name, value in memory.state_dict().items()}


def test_beatnet_runs_through_a_whole_song_and_never_makes_up_a_beat(folder: Folder) -> None:
    torch.save(beatnet_weights(), folder.path / "beatnet_1.pt")

    found = BeatNet(folder.store(BEATNET)).beats(Clicks())

    assert found.positions is not None
    assert len(found.times) == len(found.positions)
    assert (np.diff(found.times) > 0).all()


def test_beatnet_hears_a_note_in_its_own_band_and_only_its_beginning_as_new() -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE).astype(np.float32)

    seen = features_of(np.concatenate([np.zeros(RATE, np.float32), tone]))

    assert seen.shape == (100, 272)
    loudest = int(seen[80, :136].argmax())
    assert seen[80, loudest] > 2 * np.delete(seen[80, :136], [loudest - 1, loudest, loudest + 1]).max()
    assert seen[:, 136 + loudest].argmax() in (49, 50)


def a_network_that_hears_loudness(path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    from onnx import TensorProto, helper

    seen = helper.make_tensor_value_info("mel", TensorProto.FLOAT, (1, "frames", 128))
    answers = [helper.make_tensor_value_info(name, TensorProto.FLOAT, (1, "frames")) for name in ("beat", "downbeat")]
    numbers = {"axis": [2], "gain": 6.0, "bar": -24.0, "beat_bar": -15.0}
    constants = [
        helper.make_tensor("axis", TensorProto.INT64, (1,), [2]),
        *(helper.make_tensor(n, TensorProto.FLOAT, (), [numbers[n]]) for n in ("gain", "bar", "beat_bar")),
    ]
    nodes = [
        helper.make_node("ReduceMean", ["mel", "axis"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "gain"], ["loud"]),
        helper.make_node("Add", ["loud", "beat_bar"], ["beat"]),
        helper.make_node("Add", ["loud", "bar"], ["downbeat"]),
    ]
    graph = helper.make_graph(nodes, "loudness", [seen], answers, constants)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), str(path))


def test_beat_this_finds_the_clicks_a_network_answers_to(folder: Folder) -> None:
    a_network_that_hears_loudness(folder.path / "beat_this.onnx")

    found = BeatThis(folder.store(BEAT_THIS_ONNX)).beats(Clicks())

    inner = found.times[(found.times > 2) & (found.times < 28)]
    assert len(inner) == pytest.approx(52, abs=1)
    assert np.abs(inner * 2 - np.round(inner * 2)).max() < 0.1


def test_the_mel_scale_of_beat_this_puts_a_tone_where_it_belongs() -> None:
    low, high = (log_mel(np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE))[25].argmax() for hertz in (200, 4000))

    assert 5 <= low <= 9
    assert 84 <= high <= 92


def test_a_beat_this_file_of_another_kind_is_named(folder: Folder) -> None:
    (folder.path / "beat_this.onnx").write_bytes(b"no network")

    with pytest.raises(AnalysisError, match=r"beat_this\.onnx"):
        BeatThis(folder.store(BEAT_THIS_ONNX)).beats(Clicks())


def test_missing_engines_say_what_to_do(tmp_path: Path) -> None:
    store = ModelFolder(tmp_path)
    ways = {"keynet": KeyNet(store), "beatnet": BeatNet(store), "btc": Btc(store)}

    for name, engine in ways.items():
        with pytest.raises(EngineMissingError) as missing:
            engine.require()
        assert f"harmonix models {'import' if name == 'btc' else 'pull'}" in missing.value.advice


@pytest.mark.parametrize("engine", [MadmomBeats(("no_such_package",)), MadmomChords(("no_such_package",))])
def test_madmom_tells_its_licence_before_anybody_installs_it(engine: MadmomBeats) -> None:
    with pytest.raises(EngineMissingError) as missing:
        engine.require()

    assert "non-commercial" in missing.value.advice


@pytest.fixture
def a_package_like_madmom(tmp_path: Path) -> Iterator[str]:
    package = tmp_path / "likemadmom"
    for place, text in {
        "__init__": "",
        "features/__init__": "",
        "audio/__init__": "",
        "features/downbeats": "class RNNDownBeatProcessor:\n"
        "    def __call__(self, audio): return audio\n"
        "class DBNDownBeatTrackingProcessor:\n"
        "    def __init__(self, beats_per_bar, fps): self.most = max(beats_per_bar)\n"
        "    def __call__(self, audio): return [(n / 2, n % self.most + 1) for n in range(len(audio) // 22050)]\n",
        "audio/chroma": "class DeepChromaProcessor:\n    def __call__(self, audio): return audio\n",
        "features/chords": "class DeepChromaChordRecognitionProcessor:\n"
        "    def __call__(self, chroma): return [(0.0, 1.0, 'A:min'), (1.0, 2.0, 'N')]\n",
    }.items():
        (package / place).with_suffix(".py").parent.mkdir(parents=True, exist_ok=True)
        (package / place).with_suffix(".py").write_text(text)
    sys.path.insert(0, str(tmp_path))
    yield "likemadmom"
    sys.path.remove(str(tmp_path))


def test_madmoms_bars_and_chords_are_taken_over(a_package_like_madmom: str) -> None:
    packages = (a_package_like_madmom,)

    beats, chords = MadmomBeats(packages).beats(Clicks()), MadmomChords(packages).chances(Clicks())

    assert list(beats.times[:3]) == [0.0, 0.5, 1.0]
    assert list(beats.positions[:5]) == [1, 2, 3, 4, 1]
    assert [chords.names[row].root for row in chords.logs.argmax(axis=1)[[0, 9, 10]]] == [9, 9, None]


def program(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_msaf_answers_from_its_own_environment(tmp_path: Path) -> None:
    python = program(tmp_path / "python", 'echo \'{"edges": [0, 8, 16, 24], "labels": ["2.0", "0.0", "2.0"]}\'')

    found = Msaf(python).sections(Clicks())

    assert [(section.start, section.letter) for section in found] == [(0, "A"), (8, "B"), (16, "A")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("echo 'No module named msaf' >&2; exit 1", "No module named msaf"),
        ("echo nonsense", "no list of sections"),
        ("sleep 5", "longer than"),
    ],
)
def test_an_msaf_that_fails_says_how(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(AnalysisError, match=reason):
        Msaf(program(tmp_path / "python", text), patience=0.5).sections(Clicks())


def test_an_msaf_without_an_environment_tells_how_to_make_one() -> None:
    with pytest.raises(EngineMissingError) as missing:
        Msaf(None).require()

    assert "msaf_python" in missing.value.advice
