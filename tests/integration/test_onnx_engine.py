"""ONNX models: found, checked, run."""

import json
from pathlib import Path

import numpy as np
import pytest

from harmonix_splitter.adapters.devices.locks import FileLocks
from harmonix_splitter.adapters.engines.models import ModelFolder
from harmonix_splitter.adapters.engines.separation.onnx import OnnxEngine
from harmonix_splitter.adapters.media.encoding import FileWriters
from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.domain.separation import Mode, Recipe
from harmonix_splitter.errors import EngineMissingError, InvalidRequestError, SeparationError
from harmonix_splitter.services.separation import SeparationService
from tests import makers_media as make

onnx = pytest.importorskip("onnx")
MEDIA = PyAvMedia()


def model_file(path: Path, shape: tuple[object, ...] = ("b", 4, 1024, 32), gain: float = 0.5) -> Path:
    """A network that makes everything quieter, with spectra of this shape."""
    from onnx import TensorProto, helper

    sides = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("input", "output")]
    constant = helper.make_tensor("gain", TensorProto.FLOAT, (), [gain])
    node = helper.make_node("Mul", ["input", "gain"], ["output"])
    graph = helper.make_graph([node], "quieter", sides[:1], sides[1:], [constant])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(made, str(path))
    return path


def described(path: Path, **words: object) -> Path:
    path.with_suffix(".json").write_text(json.dumps({"stem": "vocals", "n_fft": 2048} | words))
    return path


def service(folder: Path) -> SeparationService:
    engine = OnnxEngine(ModelFolder(folder), threads=1)
    return SeparationService(MEDIA, FileWriters(), (engine,), FileLocks(folder / "locks"))


def song(folder: Path, seconds: float = 4.0) -> Path:
    return make.write(folder / "song.wav", make.tone(seconds, hertz=330))


def test_a_model_of_the_users_own_works_by_dropping_it_into_the_folder(tmp_path: Path) -> None:
    described(model_file(tmp_path / "models" / "my_own.onnx"), gain=1.2)

    done = service(tmp_path / "models").separate(song(tmp_path), Recipe(Mode.KARAOKE), tmp_path / "out")

    vocals, mixture = MEDIA.load(done.stems["vocals"]), MEDIA.load(song(tmp_path))
    inside = slice(8192, -8192)
    assert np.allclose(vocals[inside], 0.6 * mixture[inside], atol=2e-3)
    assert np.array_equal(vocals + MEDIA.load(done.stems["instrumental"]), mixture)
    assert (done.model, done.device) == ("my_own", "cpu (CPUExecutionProvider)")


def test_ultimate_vocal_removers_own_table_is_understood(tmp_path: Path) -> None:
    import hashlib

    path = model_file(tmp_path / "UVR_X.onnx")
    mark = hashlib.md5(path.read_bytes()[-10_000 * 1024 :]).hexdigest()
    row = {"compensate": 1.0, "mdx_n_fft_scale_set": 2048, "primary_stem": "Instrumental"}
    (tmp_path / "model_data.json").write_text(json.dumps({mark: row}))

    assert [(m.name, m.stems) for m in ModelFolder(tmp_path, ()).models()] == [("UVR_X", ("instrumental",))]


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (("b", 2, 1024, 32), "wants"),
        (("b", 4, 4000, 32), "bins"),
        (("b", 4, 1024), "wants"),
    ],
)
def test_a_model_of_another_layout_is_refused_before_any_file(tmp_path: Path, shape: tuple, words: str) -> None:
    described(model_file(tmp_path / "models" / "odd.onnx", shape))

    with pytest.raises(SeparationError, match=words):
        service(tmp_path / "models").separate(song(tmp_path), Recipe(Mode.KARAOKE), tmp_path / "out")

    assert list((tmp_path / "out").iterdir()) == []


def test_a_damaged_model_is_a_sentence(tmp_path: Path) -> None:
    path = described(model_file(tmp_path / "models" / "odd.onnx"))
    path.write_bytes(path.read_bytes()[:60])

    with pytest.raises(SeparationError, match="could not be run"):
        service(tmp_path / "models").separate(song(tmp_path), Recipe(Mode.KARAOKE), tmp_path / "out")


def test_a_model_with_the_wrong_stems_is_refused_with_what_it_can(tmp_path: Path) -> None:
    described(model_file(tmp_path / "models" / "mine.onnx"))

    with pytest.raises(InvalidRequestError, match="vocals, instrumental"):
        service(tmp_path / "models").choose(Recipe(Mode.PER_INSTRUMENT, stems=("drums",)))


def test_an_empty_models_folder_says_how_to_fill_it(tmp_path: Path) -> None:
    with pytest.raises(EngineMissingError, match="harmonix models"):
        service(tmp_path / "models").choose(Recipe(engine="onnx"))
