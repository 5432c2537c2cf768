"""How a word is sung: its syllables, each with the kind of sound it begins with and the kind of vowel it holds.

Spelling is enough for that in most languages: a group of vowel letters is a syllable, a letter stands for a kind of
sound. A few rules per language (silent letters) and one rule set for the rest; scripts without vowels or spaces are
counted by their characters. Estimates, not phonetics: the aligner only needs how many, how long and how they start.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Sound(StrEnum):
    """Broad kinds of sound that look different in a spectrum, whoever sings."""

    VOWEL = "vowel"
    HISS = "hiss"
    BREATH = "breath"
    STOP = "stop"
    HUM = "hum"


@dataclass(frozen=True)
class Syllable:
    """One syllable: how it begins, its vowel (one of `aeiou`, or "" when unknown) and how it ends."""

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
_VOWELS = "aeiouyäöüœæøåıəɨ"
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
}
_CLUSTERS = {
    "": (
        ("sch", "š"),
        ("ch", "š"),
        ("sh", "š"),
        ("th", "þ"),
        ("ph", "f"),
        ("ck", "k"),
        ("qu", "k"),
        ("gh", "g"),
        ("ng", "n"),
    ),
    "en": (
        ("tion", "šon"),
        ("wh", "w"),
        ("kn", "n"),
        ("wr", "r"),
        ("igh", "i"),
        ("ough", "o"),
        ("ee", "i"),
        ("ea", "i"),
        ("oo", "u"),
        ("ou", "o"),
        ("ce", "se"),
        ("ci", "si"),
        ("c", "k"),
    ),
    "fr": (
        ("eaux", "o"),
        ("eau", "o"),
        ("au", "o"),
        ("ou", "u"),
        ("oi", "a"),
        ("ai", "e"),
        ("ei", "e"),
        ("eu", "e"),
        ("gn", "n"),
        ("qu", "k"),
        ("ch", "š"),
        ("ç", "s"),
        ("ce", "se"),
        ("ci", "si"),
        ("c", "k"),
        ("h", ""),
        ("ill", "iy"),
    ),
    "de": (
        ("sch", "š"),
        ("ch", "h"),
        ("ck", "k"),
        ("ei", "a"),
        ("ie", "i"),
        ("eu", "o"),
        ("äu", "o"),
        ("au", "a"),
        ("z", "s"),
        ("v", "f"),
        ("st", "št"),
        ("w", "v"),
        ("c", "k"),
    ),
    "es": (
        ("ch", "š"),
        ("ll", "y"),
        ("qu", "k"),
        ("gue", "ge"),
        ("gui", "gi"),
        ("ce", "se"),
        ("ci", "si"),
        ("z", "s"),
        ("j", "h"),
        ("h", ""),
        ("v", "b"),
        ("c", "k"),
    ),
    "it": (("gli", "li"), ("gn", "n"), ("ch", "k"), ("sc", "š"), ("ce", "še"), ("ci", "ši"), ("c", "k"), ("h", "")),
    "pt": (
        ("lh", "l"),
        ("nh", "n"),
        ("ch", "š"),
        ("qu", "k"),
        ("ç", "s"),
        ("ce", "se"),
        ("ci", "si"),
        ("c", "k"),
        ("h", ""),
    ),
}
# English spelling hides its vowels: what is left to letters after these rules is right more often than not.
_ENGLISH = tuple(
    (re.compile(pattern), sounded)
    for pattern, sounded in (
        (r"^i$|^i(?=m$|ll$|ve$|d$)", "a"),
        (r"igh", "a"),
        (r"(?:ay|ai|ei|ey$)", "e"),
        (r"a([bcdfgklmnpstvz])e(?=[sd]?$)", r"e\1"),
        (r"i([bcdfgklmnprstvz])e(?=[sd]?$)", r"a\1"),
        (r"i(?=nd$|ld$)", "a"),
        (r"^([^aeiouy]+)(?:y|ie)$", r"\1a"),
        (r"(?:ow|ou)(?=[tndrs])", "a"),
        (r"(?:aw(?![aeiouy])|au|al(?=[lkt]))", "o"),
        (r"[eiu]r(?![aeiouy])", "er"),
        (r"u(?=[^aeiouy]{2}|[^aeiouyr]$)", "a"),
        (r"(?:ew|ue$|oo)", "u"),
    )
)
_ENGLISH_WORDS = {
    **dict.fromkeys(("to", "do", "two", "who", "into"), "tu"),
    **dict.fromkeys(("you", "youre", "youve", "youll"), "yu"),
    **dict.fromkeys(("of", "love", "loves", "come", "some", "one", "done"), "va"),
    "through": "þru", "move": "muv", "was": "waz", "what": "wat", "are": "ar", "your": "yor", "there": "þer",
    "they": "þe", "where": "wer", "have": "hav", "give": "giv", "live": "liv", "eye": "a", "eyes": "az",
    "been": "bin", "said": "sed", "says": "sez", "heart": "hart", "world": "werld", "word": "werd", "a": "e",
}  # fmt: skip
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
    spelled = _respelled(letters.translate(_CYRILLIC).translate(_GREEK), tongue)
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


def _respelled(letters: str, tongue: str) -> str:
    """Letters to one letter a sound, roughly; accents fall away after the rules that need them."""
    if tongue == "en":
        if letters in _ENGLISH_WORDS:
            return _ENGLISH_WORDS[letters]
        for pattern, english in _ENGLISH:
            letters = pattern.sub(english, letters)
    for written, sounded in (*_CLUSTERS.get(tongue, ()), *_CLUSTERS[""]):
        letters = letters.replace(written, sounded)
    spread = "".join(letter if letter in "äöüšžþñ" else unicodedata.normalize("NFKD", letter)[0] for letter in letters)
    if tongue == "en" and len(spread) > 3 and re.search(r"[^aeiouy]es?$|[^aeiouytd]ed$", spread):
        spread = re.sub(r"e(s|d)?$", r"\1", spread)
    if tongue == "fr" and len(spread) > 2:
        spread = (
            re.sub(r"(?:ent|es|e)$", "", spread) if re.search(r"[aeiouy].*[^aeiouy](?:ent|es|e)$", spread) else spread
        )
        spread = re.sub(r"[stdxpz]+$", "", spread) if re.search(r"[aeiouy]", spread[:-1]) else spread
    return spread


def _cut(spelled: str, tongue: str) -> list[Syllable]:
    """One syllable per group of vowels; strong vowels next to each other part where the language parts them."""
    apart = _SPLIT_VOWELS.get(tongue, "")
    groups: list[tuple[int, int]] = []
    for at, letter in enumerate(spelled):
        if not _is_vowel(spelled, at):
            continue
        joins = groups and groups[-1][1] == at and not (letter in apart and spelled[at - 1] in apart)
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
