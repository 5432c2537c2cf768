"""The PocketSphinx acoustic model (extra `align-en`): hidden Markov models of English phones, offline, small."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from typing import Any

import numpy as np

from harmonix_splitter.domain.lyrics.alignment import Aligned, TextToAlign, TimedWord
from harmonix_splitter.domain.lyrics.text import plain_letters
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import EngineError, EngineMissingError, InvalidRequestError
from harmonix_splitter.services.ports.lyrics import VOICE_RATE, VoiceSamples
from harmonix_splitter.services.ports.progress import Progress, unheard

_FRAMES_A_SECOND = 100
_LETTERS = {
    "a": "AE", "b": "B", "c": "K", "d": "D", "e": "EH", "f": "F", "g": "G", "h": "HH", "i": "IH", "j": "JH",
    "k": "K", "l": "L", "m": "M", "n": "N", "o": "AO", "p": "P", "q": "K", "r": "R", "s": "S", "t": "T",
    "u": "AH", "v": "V", "w": "W", "x": "K S", "y": "Y", "z": "Z",
}  # fmt: skip


@dataclass(frozen=True)
class PocketSphinxAligner:
    """Meets `WordAligner`, for English."""

    name: str = field(default="pocketsphinx", init=False)
    recording_share: float = field(default=0.0, init=False)

    def align(self, voice: VoiceSamples, text: TextToAlign, progress: Progress = unheard) -> Aligned:
        if find_spec("pocketsphinx") is None:
            raise EngineMissingError(
                "The PocketSphinx aligner is not installed.", advice="pip install 'harmonix-splitter[align-en]'."
            )
        if text.language and not text.language.lower().startswith("en"):
            raise InvalidRequestError(
                f"PocketSphinx only knows English, not {text.language!r}.", advice="Use the built-in aligner."
            )
        progress(0.05)
        words = [plain_letters(word) or "uh" for line in text.lines for word in line.words]
        found = list(self._segments(voice, words))
        progress(1.0)
        if not found:
            raise EngineError("PocketSphinx found no way through this text.", advice="Use the built-in aligner.")
        times = _matched(words, found)
        return Aligned(tuple(times), float(np.mean([each.confidence for each in times])), self.name)

    def _segments(self, voice: VoiceSamples, words: list[str]) -> Iterator[tuple[str, int, int, float]]:
        decoder = self._decoder
        for word in set(words):
            if decoder.lookup_word(word) is None:
                phones = " ".join(_LETTERS[letter] for letter in word if letter in _LETTERS)
                decoder.add_word(word, phones or "AH", False)
        samples = np.clip(voice / max(1e-6, float(np.abs(voice).max())) * 0.9, -1, 1) * 32767
        try:
            decoder.set_align_text(" ".join(words))
            decoder.start_utt()
            decoder.process_raw(samples.astype("<i2").tobytes(), full_utt=True)
            decoder.end_utt()
        except RuntimeError as failed:
            raise EngineError(f"PocketSphinx failed: {failed}.", advice="Use the built-in aligner.") from None
        for segment in decoder.seg() or ():
            name = segment.word.split("(")[0]
            if name and not name.startswith(("<", "[")):
                yield name, segment.start_frame, segment.end_frame + 1, float(np.exp(segment.ascore / 1e5))

    @cached_property
    def _decoder(self) -> Any:
        from pocketsphinx import Decoder

        return Decoder(lm=None, beam=1e-60, pbeam=1e-60, wbeam=1e-40, loglevel="FATAL", samprate=VOICE_RATE)


def _matched(words: list[str], found: list[tuple[str, int, int, float]]) -> list[TimedWord]:
    """Every word's time; words the decoder left out stand evenly between their neighbours, without confidence."""
    times: list[TimedWord | None] = [None] * len(words)
    matcher = difflib.SequenceMatcher(None, words, [name for name, *_ in found], autojunk=False)
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            _, start, end, _ = found[block.b + step]
            times[block.a + step] = TimedWord(Seconds(start / _FRAMES_A_SECOND), Seconds(end / _FRAMES_A_SECOND), 0.6)
    known = [number for number, time in enumerate(times) if time is not None]
    starts = np.interp(range(len(words)), known, [times[number].start for number in known])  # type: ignore[union-attr]
    return [
        time or TimedWord(Seconds(float(start)), Seconds(float(start) + 0.1), 0.0)
        for time, start in zip(times, starts, strict=True)
    ]
