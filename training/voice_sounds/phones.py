"""IPA to the eleven kinds of sound, and pseudo-words that make eSpeak pronounce them."""

import random

from harmonix_splitter.analysis.voice_sounds import SOUNDS

_LETTERS = {
    "a": "a ɑ æ ʌ ɐ ɶ ä",
    "e": "e ɛ ə ø œ ɜ ɘ ɚ ɝ ɤ",
    "i": "i ɪ y ʏ ɨ",
    "o": "o ɔ ɒ",
    "u": "u ʊ ɯ ʉ",
    "hiss": "s z ʃ ʒ ʂ ʐ ɕ ʑ",
    "breath": "f v θ ð h x ç ɸ β χ ɣ ʝ ɦ ħ",
    "stop": "p t k b d ɡ g q c ɟ ʔ ʈ ɖ",
    "nasal": "m n ŋ ɲ ɳ ɱ",
    "liquid": "l r ɹ ɾ j w ʁ ʎ ɫ ɻ ʀ ɥ ɭ ʋ ɬ",
}
KIND_OF = {letter: SOUNDS.index(kind) for kind, letters in _LETTERS.items() for letter in letters.split()}
_STOP, _HISS, _FIRST_VOWEL, _LAST_VOWEL = SOUNDS.index("stop"), SOUNDS.index("hiss"), 1, 5

# language: onsets, vowels, codas (None: usually open)
INVENTORIES = {
    "en-us": (
        "b c d f g h j k l m n p r s t v w y th sh ch st tr gr bl cr fl pl str wh",
        "a e i o u ee ea oo ou ai ay ow igh oa er ar or",
        "n t s r l m d k ng nd st ll ve th",
    ),
    "fr": ("b c d f g j l m n p r s t v ch qu gn tr br pl fl cl", "a e é i o u ou oi ai eau an on in en un eu è",
           "r l t s c ne me lle"),
    "de": ("b d f g h j k l m n p r s t w z sch st sp br tr kl fl schw pf", "a e i o u ä ö ü ei au ie eu aa",
           "n r s t ch ng st nd l m ck cht en er"),
    "es": ("b c d f g j l m n p r s t v ch ll ñ qu br tr gr pl", "a e i o u a o e ia ie ue ei", "n s r l"),
    "it": ("b c d f g l m n p r s t v ch gn gl tr br st sp", "a e i o u a o ia io ie uo", "n r l"),
    "pt-br": ("b c d f g j l m n p r s t v ch lh nh tr br", "a e i o u ão ei ou ai é ã", "s r m l"),
    "pl": ("b c d f g j k l m n p r s t w z sz cz rz ś dz", "a e i o u y ą ę ó", "n ć m ł k sz"),
    "sv": ("b d f g h j k l m n p r s t v sk st tr", "a e i o u y å ä ö", "n r l t s m ng"),
    "tr": ("b c ç d f g h k l m n p r s ş t v y z", "a e ı i o ö u ü", "n r l m k t s z"),
    "fi": ("h j k l m n p r s t v", "a e i o u y ä ö aa ee ii uu", "n s t l"),
}  # fmt: skip
OFTEN = ("en-us", "fr", "de", "es")


def kinds_of(phoneme: str) -> list[tuple[int, float]] | None:
    """The kinds a phoneme goes through and the share of each; None for a mark that continues what was before."""
    found = [KIND_OF[letter] for letter in phoneme if letter in KIND_OF]
    if any(pair in phoneme for pair in ("ts", "tʃ", "dʒ")):
        return [(_STOP, 0.4), (_HISS, 0.6)]
    if not found:
        return None if phoneme.strip() else [(0, 1.0)]
    if len(found) > 1 and _FIRST_VOWEL <= found[0] <= _LAST_VOWEL:
        return [(found[0], 0.65), (found[1], 0.35)]
    return [(found[0], 1.0)]


def is_vowel(phoneme: str) -> bool:
    kinds = kinds_of(phoneme)
    return bool(kinds) and _FIRST_VOWEL <= kinds[0][0] <= _LAST_VOWEL


def phrase(language: str, chance: random.Random) -> str:
    return " ".join(_word(language, chance) for _ in range(chance.randint(3, 8)))


def _word(language: str, chance: random.Random) -> str:
    onsets, vowels, codas = (part.split() for part in INVENTORIES[language])
    open_ends = [""] * (6 if language in {"en-us", "de", "pl"} else 9)
    syllables = chance.choice([1, 1, 2, 2, 3])
    return "".join(
        chance.choice(onsets) + chance.choice(vowels) + chance.choice(open_ends + codas) for _ in range(syllables)
    )
