"""How a word is sung: its syllables, each with the kind of sound it begins with and the kind of vowel it holds.

Spelling is enough for that in most languages: a group of vowel letters is a syllable, a letter stands for a kind of
sound. A few rules per language (silent letters) and one rule set for the rest; scripts without vowels or spaces are
counted by their characters. Estimates, not phonetics: the aligner only needs how many, how long and how they start.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from harmonix_splitter.analysis.spelling import respelled


class Sound(StrEnum):
    """Broad kinds of sound that look different in a spectrum, whoever sings."""

    VOWEL = "vowel"
    HISS = "hiss"
    BREATH = "breath"
    STOP = "stop"
    HUM = "hum"


@dataclass(frozen=True)
class Syllable:
    """One syllable: how it begins, its vowel (one of `aeiou`, two for a glide such as "ai", or "" when unknown) and
    how it ends."""

    onset: Sound
    vowel: str
    coda: Sound = Sound.VOWEL
    weight: float = 1.0
    """How long it is sung compared with an ordinary syllable."""


_KINDS = {
    Sound.HISS: "sšßzžcçxqjʃ",
    Sound.BREATH: "fvhþθðw",
    Sound.STOP: "ptkbdgʔ",
    Sound.HUM: "mnñlrłwyɲŋ",
}
_KIND_OF = {letter: kind for kind, letters in _KINDS.items() for letter in letters}
_GLIDES = {"A": "ai", "E": "ei", "Y": "oi", "O": "ou", "U": "au"}
_VOWELS = "aeiouyäöüœæøåıəɨ" + "".join(_GLIDES)
_SOUND_OF_VOWEL = {
    "a": "a",
    "e": "e",
    "i": "i",
    "o": "o",
    "u": "u",
    "y": "i",
    "æ": "a",
    "œ": "e",
    "ø": "e",
    "å": "o",
    "ə": "e",
    "ı": "i",
    "ɨ": "i",
    **_GLIDES,
}
_SPLIT_VOWELS = {"es": "aeo", "it": "aeo", "pt": "aeo"}
_CYRILLIC = str.maketrans("абвгдежзийклмнопрстуфхцчшщъыьэюяєіїґўё", "abvgdežziyklmnoprstufhsššš'i'euaeiigue")
_GREEK = str.maketrans("αβγδεζηθικλμνξοπρσςτυφχψω", "avgdeziþiklmnxoprsstifhpo")


def syllables_of(word: str, language: str = "") -> list[Syllable]:
    """The syllables of one written word, at least one."""
    tongue = language.lower()[:2]
    letters = _letters(word)
    if not letters:
        return [Syllable(Sound.VOWEL, "")]
    foreign = _by_character(letters)
    if foreign:
        return foreign
    spelled = respelled(letters.translate(_CYRILLIC).translate(_GREEK), tongue)
    return _cut(spelled, tongue) or [Syllable(_onset(spelled), "e", weight=0.7)]


def _letters(word: str) -> str:
    lowered = unicodedata.normalize("NFC", word.casefold())
    return "".join(letter for letter in lowered if letter.isalnum() or unicodedata.category(letter)[0] == "M")


def _by_character(letters: str) -> list[Syllable]:
    """Scripts that are counted: Han, kana and Hangul one by one; abjads and Indic scripts by their consonants."""
    first = ord(letters[0])
    if 0xAC00 <= first <= 0xD7A3:
        return [_hangul(letter) for letter in letters]
    if 0x3040 <= first <= 0x30FF:
        return [_kana(letter) for letter in letters if letter not in "ぁぃぅぇぉゃゅょゎァィゥェォャュョヮ"]
    if 0x2E80 <= first <= 0x9FFF or 0xF900 <= first <= 0xFAFF or first >= 0x20000:
        return [Syllable(Sound.STOP, "") for _ in letters]
    if 0x0590 <= first <= 0x07BF or 0xFB1D <= first <= 0xFEFC:
        consonants = [letter for letter in letters if letter.isalpha()]
        return [Syllable(Sound.STOP, "") for _ in range(max(1, round(len(consonants) * 0.6)))]
    if 0x0900 <= first <= 0x1CFF:
        consonants = [letter for letter in letters if letter.isalpha()]
        return [Syllable(Sound.STOP, "") for _ in range(max(1, round(len(consonants) * 0.8)))]
    if letters.isdigit():
        return [Syllable(Sound.STOP, "") for _ in range(min(8, 1 + len(letters)))]
    return []


def _hangul(letter: str) -> Syllable:
    point = ord(letter) - 0xAC00
    if not 0 <= point < 11172:
        return Syllable(Sound.STOP, "")
    onset = (Sound.STOP, Sound.STOP, Sound.HUM, Sound.STOP, Sound.STOP, Sound.HUM, Sound.HUM, Sound.STOP, Sound.STOP)
    later = (Sound.HISS, Sound.HISS, Sound.VOWEL, Sound.HISS, Sound.HISS, Sound.HISS, Sound.STOP, Sound.STOP)
    kinds = (*onset, *later, Sound.STOP, Sound.BREATH)
    vowel = "aaaaeeeeoaaeouueeuuei"[point % 588 // 28]
    return Syllable(kinds[point // 588], vowel)


def _kana(letter: str) -> Syllable:
    name = unicodedata.name(letter, "").rsplit(" ", 1)[-1].lower()
    if letter == "ー" or not name.isalpha():
        return Syllable(Sound.VOWEL, "", weight=0.7)
    vowel = name[-1] if name[-1] in "aeiou" else ""
    return Syllable(_onset(name), vowel, weight=1.0 if vowel else 0.6)


def _cut(spelled: str, tongue: str) -> list[Syllable]:
    """One syllable per group of vowels, which a glide ends; strong vowels part where the language parts them."""
    apart = _SPLIT_VOWELS.get(tongue, "")
    groups: list[tuple[int, int]] = []
    for at, letter in enumerate(spelled):
        if not _is_vowel(spelled, at):
            continue
        is_parted = spelled[at - 1] in _GLIDES or (letter in apart and spelled[at - 1] in apart)
        joins = groups and groups[-1][1] == at and not is_parted
        if joins:
            groups[-1] = (groups[-1][0], at + 1)
        else:
            groups.append((at, at + 1))
    found = []
    for number, (start, end) in enumerate(groups):
        before = spelled[groups[number - 1][1] if number else 0 : start]
        after = spelled[end : groups[number + 1][0] if number + 1 < len(groups) else len(spelled)]
        # Between two vowels the last consonant belongs to the later one.
        onset = before if not number else before[len(before) // 2 :]
        coda = after if number + 1 == len(groups) else after[: len(after) // 2]
        kind = _SOUND_OF_VOWEL.get(unicodedata.normalize("NFKD", spelled[start])[0], "")
        found.append(
            Syllable(_onset(onset), kind, _coda(coda), 1.0 + 0.08 * len(onset + coda) + 0.1 * (end - start - 1))
        )
    return found


def _is_vowel(spelled: str, at: int) -> bool:
    letter = spelled[at]
    if letter == "y":
        return at > 0 and (at + 1 == len(spelled) or spelled[at + 1] not in _VOWELS)
    return letter in _VOWELS


def _onset(letters: str) -> Sound:
    """The first sound decides how a syllable begins; s before a stop is a hiss."""
    return _KIND_OF.get(letters[:1], Sound.VOWEL)


def _coda(letters: str) -> Sound:
    return _KIND_OF.get(letters[-1:], Sound.VOWEL)
