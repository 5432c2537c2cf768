"""A letter-by-letter speech model the user brings (wav2vec2 and its kin, as ONNX) as an aligner.

Two files in `models/speech/ctc`: `model.onnx` takes samples (1, n) at 16 kHz and answers (1, frames, tokens);
`vocab.json` numbers the tokens. Whatever language the model was taught is the language it times.
"""

import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from harmonix_splitter.analysis.ctc import Floats, Spelled, spelled
from harmonix_splitter.domain.lyrics.alignment import Aligned, TextToAlign, TimedWord
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import EngineError, EngineMissingError
from harmonix_splitter.services.ports.lyrics import VOICE_RATE, VoiceSamples
from harmonix_splitter.services.ports.progress import Progress, unheard

_BLANKS = ("<pad>", "[PAD]", "<blank>", "<blk>", "_")
_BETWEEN_WORDS = "|"
_KEPT, _MARGIN = 20 * VOICE_RATE, 2 * VOICE_RATE
# How much better, per letter and frame, the text has to spell than the same letters backwards.
_GAIN, _SLOPE = 0.5, 6.0


@dataclass(frozen=True)
class CtcAligner:
    """Meets `WordAligner`."""

    folder: Path
    name: str = field(default="ctc", init=False)

    def align(self, voice: VoiceSamples, text: TextToAlign, progress: Progress = unheard) -> Aligned:
        tokens, owners = self._tokens([word for line in text.lines for word in line.words])
        scores = self._scores(voice, lambda share: progress(0.8 * share))
        found = spelled(scores, tokens, self._blank)
        progress(0.9)
        backwards = spelled(scores, tokens[::-1], self._blank)
        gain = (found.score - backwards.score) * len(scores) / len(tokens)
        progress(1.0)
        words = _timed(_Letters(tokens, owners, scores, found), text.word_count, len(scores) * VOICE_RATE / len(voice))
        return Aligned(tuple(words), float(1 / (1 + np.exp(np.clip(-_SLOPE * (gain - _GAIN), -50, 50)))), self.name)

    def _tokens(self, words: list[str]) -> tuple[list[int], list[int]]:
        """The model's tokens for the text, and the word each belongs to (-1: the mark between words)."""
        tokens: list[int] = []
        owners: list[int] = []
        for number, word in enumerate(words):
            letters = list(self._letters(word))
            if letters and tokens and _BETWEEN_WORDS in self._vocabulary:
                tokens.append(self._vocabulary[_BETWEEN_WORDS])
                owners.append(-1)
            tokens += letters
            owners += [number] * len(letters)
        if not tokens:
            raise EngineError("This CTC model knows none of the letters of this text.", advice="Use built-in.")
        return tokens, owners

    def _letters(self, word: str) -> Iterator[int]:
        """Each letter as the model writes it: as it is, in the other case, or without its accent."""
        for letter in unicodedata.normalize("NFC", word):
            bare = unicodedata.normalize("NFKD", letter)[0]
            for form in (letter, letter.lower(), letter.upper(), bare, bare.lower(), bare.upper()):
                if form in self._vocabulary and form != _BETWEEN_WORDS and self._vocabulary[form] != self._blank:
                    yield self._vocabulary[form]
                    break

    def _scores(self, voice: VoiceSamples, heard: Callable[[float], None]) -> Floats:
        """Logarithms of the token probabilities, listened to in pieces that know what is around them."""
        even = (voice - voice.mean()) / (voice.std() + 1e-7)
        pieces = []
        for start in range(0, len(even), _KEPT):
            begin, end = max(0, start - _MARGIN), min(len(even), start + _KEPT + _MARGIN)
            said = self._said(even[begin:end].astype(np.float32))
            a_sample = len(said) / (end - begin)
            first = round((start - begin) * a_sample)
            last = round((min(start + _KEPT, len(even)) - begin) * a_sample)
            pieces.append(said[first:last])
            heard(min(1.0, (start + _KEPT) / len(even)))
        logits = np.concatenate(pieces)
        shifted = logits - logits.max(1, keepdims=True)
        return np.asarray(shifted - np.log(np.exp(shifted).sum(1, keepdims=True)), np.float32)

    def _said(self, samples: VoiceSamples) -> Floats:
        try:
            answer = self._session.run(None, {self._session.get_inputs()[0].name: samples[None]})[0]
        except Exception as refused:
            raise EngineError(f"The CTC model failed: {refused}", advice="Use the built-in aligner.") from None
        if answer.ndim != 3 or answer.shape[2] <= max(self._vocabulary.values()):
            raise EngineError(f"The CTC model answers {answer.shape}: that does not go with its vocab.json.")
        return np.asarray(answer[0], np.float32)

    @cached_property
    def _vocabulary(self) -> dict[str, int]:
        self._check()
        try:
            found = json.loads((self.folder / "vocab.json").read_text("utf-8"))
            return {str(token): int(number) for token, number in found.items()}
        except (ValueError, AttributeError, TypeError) as broken:
            raise EngineError(f"vocab.json of the CTC model cannot be read: {broken}.") from None

    @cached_property
    def _blank(self) -> int:
        for name in _BLANKS:
            if name in self._vocabulary:
                return self._vocabulary[name]
        raise EngineError(f"vocab.json names no blank; one of {', '.join(_BLANKS)} is needed.")

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        try:
            return onnxruntime.InferenceSession(str(self.folder / "model.onnx"), providers=["CPUExecutionProvider"])
        except Exception as refused:
            raise EngineError(f"onnxruntime refuses the CTC model: {refused}") from None

    def _check(self) -> None:
        missing = [name for name in ("model.onnx", "vocab.json") if not (self.folder / name).is_file()]
        if missing:
            raise EngineMissingError(
                "There is no CTC model here.",
                advice=f"Put {' and '.join(missing)} of a wav2vec2 CTC model into {self.folder}, or use built-in.",
            )


@dataclass(frozen=True)
class _Letters:
    """The tokens, the word each belongs to, what the model said, and where the path found them."""

    tokens: list[int]
    owners: list[int]
    scores: Floats
    found: Spelled

    def sureness(self, place: int) -> float:
        frames = self.scores[self.found.starts[place] : self.found.ends[place], self.tokens[place]]
        return float(np.exp(frames.max()))


def _timed(letters: _Letters, count: int, frames_a_second: float) -> list[TimedWord]:
    """A time per word; one without a letter the model knows stands where the word before it ends, unsure."""
    words, last = [], 0.0
    places: dict[int, list[int]] = {}
    for place, owner in enumerate(letters.owners):
        places.setdefault(owner, []).append(place)
    found = letters.found
    for number in range(count):
        mine = places.get(number)
        if not mine:
            words.append(TimedWord(Seconds(last), Seconds(last), 0.0))
            continue
        start, end = found.starts[mine[0]] / frames_a_second, found.ends[mine[-1]] / frames_a_second
        sure = [letters.sureness(at) for at in mine]
        words.append(TimedWord(Seconds(float(start)), Seconds(float(end)), float(np.mean(sure))))
        last = float(end)
    return words
