"""A speech model in faster-whisper's own form whose weights are chance: it writes nonsense, through the real code."""

import json
from pathlib import Path
from typing import Any

import numpy as np

WIDTH, HEADS, LAYERS = 16, 2, 2
_TEXT_TOKENS, _STAMPS, _FRAMES, _MOST_TOKENS, _MELS = 50_257, 1_501, 1_500, 448, 80


def save(folder: Path) -> Path:
    """The files a pulled model has; made anew each time, the same each time."""
    from ctranslate2.specs.whisper_spec import WhisperSpec

    folder.mkdir(parents=True)
    tokens = _tokens()
    spec = WhisperSpec(LAYERS, HEADS, LAYERS, HEADS)
    _fill(spec, np.random.default_rng(3), len(tokens))
    spec.register_vocabulary(tokens)
    spec.config.lang_ids = [index for index, token in enumerate(tokens) if token in _languages()]
    spec.config.suppress_ids, spec.config.suppress_ids_begin = [], []
    spec.config.alignment_heads = [(1, 0), (1, 1)]
    spec.validate()
    spec.save(str(folder))
    _save_tokenizer(folder / "tokenizer.json", tokens)
    (folder / "preprocessor_config.json").write_text(json.dumps({"feature_size": _MELS}))
    return folder


def _languages() -> list[str]:
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    return [f"<|{code}|>" for code in _LANGUAGE_CODES][:99]


def _tokens() -> list[str]:
    from tokenizers.pre_tokenizers import ByteLevel

    letters = sorted(ByteLevel.alphabet())
    words = [f"Ġword{number}" for number in range(_TEXT_TOKENS - len(letters))]
    tasks = ["translate", "transcribe", "startoflm", "startofprev", "nocaptions", "notimestamps"]
    special = ["<|endoftext|>", "<|startoftranscript|>", *_languages(), *(f"<|{task}|>" for task in tasks)]
    return [*letters, *words, *special, *(f"<|{number * 0.02:.2f}|>" for number in range(_STAMPS))]


def _save_tokenizer(path: Path, tokens: list[str]) -> None:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    tokenizer = Tokenizer(models.BPE(vocab={token: index for index, token in enumerate(tokens)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in tokens[_TEXT_TOKENS:]])
    tokenizer.save(str(path))


def _leanings(vocabulary: int) -> np.ndarray:
    """A few words, then an end; and never "nobody speaks"."""
    bias = np.full(vocabulary, -4.0, np.float32)
    bias[300:340] = 5.0
    bias[_TEXT_TOKENS] = 4.5
    bias[_TEXT_TOKENS + 105] = -40.0
    return bias


def _fill(spec: Any, chance: np.random.Generator, vocabulary: int) -> None:
    def some(*shape: int) -> np.ndarray:
        return chance.normal(scale=0.3, size=shape).astype(np.float32)

    def norm(layer: Any) -> None:
        layer.gamma, layer.beta = np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)

    def linear(layer: Any, to: int, come: int) -> None:
        layer.weight, layer.bias = some(to, come), np.zeros(to, np.float32)

    def feed_forward(layer: Any) -> None:
        norm(layer.layer_norm)
        linear(layer.linear_0, 4 * WIDTH, WIDTH)
        linear(layer.linear_1, WIDTH, 4 * WIDTH)

    encoder, decoder = spec.encoder, spec.decoder
    for conv, channels in ((encoder.conv1, _MELS), (encoder.conv2, WIDTH)):
        conv.weight, conv.bias = some(WIDTH, channels, 3), np.zeros(WIDTH, np.float32)
    encoder.position_encodings.encodings = some(_FRAMES, WIDTH)
    decoder.position_encodings.encodings = some(_MOST_TOKENS, WIDTH)
    decoder.embeddings.weight = some(vocabulary, WIDTH)
    decoder.projection.weight = some(vocabulary, WIDTH) / 10
    decoder.projection.bias = _leanings(vocabulary)
    for part in (encoder, decoder):
        norm(part.layer_norm)
        for layer in part.layer:
            norm(layer.self_attention.layer_norm)
            linear(layer.self_attention.linear[0], 3 * WIDTH, WIDTH)
            linear(layer.self_attention.linear[1], WIDTH, WIDTH)
            feed_forward(layer.ffn)
    for layer in decoder.layer:
        norm(layer.attention.layer_norm)
        linear(layer.attention.linear[0], WIDTH, WIDTH)
        linear(layer.attention.linear[1], 2 * WIDTH, WIDTH)
        linear(layer.attention.linear[2], WIDTH, WIDTH)
