"""A CTC model whose answer is known: it hears one pitch per letter, by the discrete Fourier transform."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

RATE, HOP = 16_000, 320
LETTERS = "abcdefghij"
VOCABULARY = {"<pad>": 0, "|": 1, **{letter: number for number, letter in enumerate(LETTERS, 2)}}


def hertz(letter: str) -> float:
    return 300.0 + 150.0 * LETTERS.index(letter)


def pitches(words: Sequence[str], letter: float = 0.1, pause: float = 0.3) -> tuple[np.ndarray, list[float]]:
    """The words as tones with silence between, and the second each begins."""
    parts, starts, at = [np.zeros(RATE // 2)], [], 0.5
    for word in words:
        starts.append(at)
        time = np.arange(round(letter * RATE)) / RATE
        parts += [np.sin(2 * np.pi * hertz(each) * time) for each in word] + [np.zeros(round(pause * RATE))]
        at += len(word) * letter + pause
    return np.concatenate(parts).astype(np.float32), starts


def write_model(folder: Path) -> Path:
    """model.onnx and vocab.json in `folder`."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    time = np.arange(HOP) / RATE
    waves = [[wave(2 * np.pi * hertz(each) * time) for wave in (np.cos, np.sin)] for each in LETTERS]
    filters = np.array(waves, np.float32).reshape(-1, 1, HOP) * np.hanning(HOP) / HOP * 2
    pairs = np.zeros((len(VOCABULARY), 2 * len(LETTERS), 1), np.float32)
    for number in range(len(LETTERS)):
        pairs[number + 2, 2 * number : 2 * number + 2] = 40.0
    bias = np.array([2.0, 0.0, *[0.0] * len(LETTERS)], np.float32)
    weights = {"filters": filters.astype(np.float32), "pairs": pairs, "bias": bias, "axis": np.array([1], np.int64)}
    nodes = [
        helper.make_node("Unsqueeze", ["input_values", "axis"], ["sound"]),
        helper.make_node("Conv", ["sound", "filters"], ["waves"], strides=[HOP]),
        helper.make_node("Mul", ["waves", "waves"], ["power"]),
        helper.make_node("Conv", ["power", "pairs", "bias"], ["letters"]),
        helper.make_node("Transpose", ["letters"], ["logits"], perm=[0, 2, 1]),
    ]
    heard = helper.make_tensor_value_info("input_values", TensorProto.FLOAT, [1, "samples"])
    said = helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, "frames", len(VOCABULARY)])
    known = [numpy_helper.from_array(value, name) for name, value in weights.items()]
    graph = helper.make_graph(nodes, "pitches", [heard], [said], known)
    folder.mkdir(parents=True, exist_ok=True)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(made, str(folder / "model.onnx"))
    (folder / "vocab.json").write_text(json.dumps(VOCABULARY))
    return folder
