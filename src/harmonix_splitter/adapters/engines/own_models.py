"""Model files of the user's own: dropped into the models folder, recognised, described."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from harmonix_splitter.adapters.engines.known_models import UVR_PARAMETERS
from harmonix_splitter.domain.models import Layout, Model, ModelFile, SpectrumShape
from harmonix_splitter.domain.separation import stem_name
from harmonix_splitter.errors import ConfigError

_UVR_TABLE = "model_data.json"
_UVR_TAIL = 10_000 * 1024


def own_model(path: Path) -> Model | None:
    """The model in an .onnx file: described by NAME.json beside it, by UVR's model_data.json in the same folder, or
    by what we know of UVR's files. None when nobody says what it is."""
    beside = path.with_suffix(".json")
    if beside.exists():
        return _described(path, _json_of(beside))
    table = path.parent / _UVR_TABLE
    mark = _uvr_fingerprint(path)
    if table.exists() and (row := _json_of(table).get(mark)) and "mdx_n_fft_scale_set" in row:
        return _mdx(path, row["primary_stem"], int(row["mdx_n_fft_scale_set"]), float(row["compensate"]))
    if mark in UVR_PARAMETERS:
        return _mdx(path, *UVR_PARAMETERS[mark])
    return None


def _described(path: Path, words: dict[str, Any]) -> Model:
    """From a description: stem, n_fft, and optionally layout, hop, gain, licence, source."""
    try:
        layout = Layout(words.get("layout", "mdx"))
        quiet = 3 if layout is Layout.MDX else 0
        hop, gain = int(words.get("hop", 1024)), float(words.get("gain", 1))
        shape = SpectrumShape(layout, int(words["n_fft"]), hop, gain, quiet)
        model = _mdx(path, str(words["stem"]), shape.size, shape.gain)
    except (KeyError, ValueError, TypeError) as wrong:
        raise ConfigError(
            f'"{path.with_suffix(".json").name}" does not describe a model: {wrong!r}.',
            advice='It needs {"stem": "vocals", "n_fft": 6144} and may have layout (mdx or tdc), hop and gain.',
        ) from wrong
    words = {"licence": "as its maker says", "source": "your own file"} | words
    return replace(model, spectrum=shape, licence=str(words["licence"]), source=str(words["source"]))


def _mdx(path: Path, stem: str, size: int, gain: float) -> Model:
    return Model(
        path.stem,
        "onnx",
        (stem_name(stem),),
        (ModelFile(path.name),),
        "as its maker says",
        "your own file",
        "MDX-Net layout",
        spectrum=SpectrumShape(Layout.MDX, size, gain=gain, quiet_bins=3),
    )


def _uvr_fingerprint(path: Path) -> str:
    """MD5 of the file's last 10 000 KiB: how UVR's table names files. Not a proof of anything."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _UVR_TAIL))
        return hashlib.md5(file.read(), usedforsecurity=False).hexdigest()


def _json_of(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text())
    except ValueError as wrong:
        raise ConfigError(f'"{path.name}" is not JSON: {wrong}.') from wrong
    return found if isinstance(found, dict) else {}
