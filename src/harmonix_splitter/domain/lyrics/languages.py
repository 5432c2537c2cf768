"""Languages: the codes people ask by, and which one a text is written in, as far as its little words tell."""

import re
from collections.abc import Iterable

from harmonix_splitter.errors import InvalidRequestError

_LITTLE_WORDS = {
    "en": "the and you i to of in my me is it we for with your that on be this all was are she he they what no",
    "fr": "le la les de des du un une et je tu il elle est que qui dans pour pas mon ma mes sur avec nous vous ne se",
    "de": "der die das und ich du ist nicht ein eine mein mich dich wir sie es auf mit den dem zu so was im von wie",
    "es": "el la los las de que y en un una mi tu te me no por con es yo su se lo del al como para si más",
    "it": "il lo la gli di che e un una mi ti non per con sono io tu è nel della si ma se come più sei ho",
    "pt": "o a os as de que e em um uma eu você não me te por com meu minha do da se no na é mais como",
}
_KNOWN = {language: frozenset(words.split()) for language, words in _LITTLE_WORDS.items()}
_KINDS, _SHARE, _LEAD = 3, 0.12, 1.3
_CODE = re.compile(r"[a-z]{2,3}([-_][a-z0-9]{2,8})*", re.IGNORECASE)


def asked_language(code: str) -> str:
    """The code as given, such as en, yue or pt-BR; empty for "auto". Raise InvalidRequestError for anything else."""
    tidy = code.strip()
    if tidy.lower() in {"", "auto"}:
        return ""
    if not _CODE.fullmatch(tidy):
        raise InvalidRequestError(
            f"{tidy[:40]!r} is not the code of a language.",
            advice="Give its two or three letters, such as en, fr or yue, or leave the language out.",
        )
    return tidy


def language_of(words: Iterable[str]) -> str:
    """Its two letters; empty where the text is too short, mixed, or in a language not among these six."""
    said = [word.casefold().strip(".,;:!?…\"'()«»„“”¡¿-") for word in words]
    counts = {language: sum(word in known for word in said) for language, known in _KNOWN.items()}
    best, second = sorted(counts, key=lambda language: -counts[language])[:2]
    is_common = len(_KNOWN[best].intersection(said)) >= _KINDS and counts[best] >= _SHARE * len(said)
    return best if is_common and counts[best] >= _LEAD * counts[second] else ""
