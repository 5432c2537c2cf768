"""eSpeak NG as a teacher: speech in many languages and voices, with the moment of every phoneme."""

import ctypes
from dataclasses import dataclass

import numpy as np

_RETRIEVE, _PHONEME_EVENTS_AS_IPA, _UTF8 = 2, 3, 1
_RATE, _PITCH, _RANGE = 1, 3, 4
_WORD, _PHONEME = 1, 7


class _Name(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Name),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True)
class Spoken:
    """Samples, their rate, (second, IPA) for every phoneme, and when each word begins."""

    samples: np.ndarray
    rate: int
    phonemes: list[tuple[float, str]]
    words: list[float]


class Speaker:
    """One eSpeak per process: the library keeps its state to itself."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libespeak-ng.so.1")
        self._rate = self._library.espeak_Initialize(_RETRIEVE, 500, None, _PHONEME_EVENTS_AS_IPA)
        self._blocks: list[np.ndarray] = []
        self._events: list[tuple[float, str]] = []
        self._words: list[float] = []
        self._callback = _Callback(self._take)
        self._library.espeak_SetSynthCallback(self._callback)

    def say(self, text: str, voice: str, words_a_minute: int, pitch: int, pitch_range: int) -> Spoken:
        """`pitch` and `pitch_range` are 0 to 99; range 0 is as flat as a held note."""
        self._blocks.clear()
        self._events.clear()
        self._words.clear()
        self._library.espeak_SetVoiceByName(voice.encode())
        for name, value in ((_RATE, words_a_minute), (_PITCH, pitch), (_RANGE, pitch_range)):
            self._library.espeak_SetParameter(name, value, 0)
        raw = text.encode() + b"\0"
        self._library.espeak_Synth(raw, len(raw), 0, 0, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        samples = np.concatenate(self._blocks) if self._blocks else np.zeros(0, np.int16)
        return Spoken(samples.astype(np.float32) / 32768, self._rate, list(self._events), self._word_starts())

    def _word_starts(self) -> list[float]:
        """eSpeak tells a word a few milliseconds before its first sound: the sound is what counts."""
        sounding = [at for at, phoneme in self._events if phoneme.strip()]
        return [min((at for at in sounding if at >= word - 0.001), default=word) for word in self._words]

    def _take(self, samples: object, count: int, events: object) -> int:
        if count > 0 and samples:
            self._blocks.append(np.ctypeslib.as_array(samples, (count,)).copy())  # type: ignore[call-overload]
        at = 0
        while events[at].type:  # type: ignore[index]
            event = events[at]  # type: ignore[index]
            if event.type == _PHONEME:
                self._events.append((event.audio_position / 1000, event.id.string.decode("utf-8", "replace")))
            elif event.type == _WORD:
                self._words.append(event.audio_position / 1000)
            at += 1
        return 0
