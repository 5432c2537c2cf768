"""Names for files from words nobody checked."""

from functools import lru_cache


@lru_cache(maxsize=4096)
def plain_name(*words: str) -> str:
    """A name every file system takes."""
    text = " - ".join(word for word in words if word)
    kept = "".join(sign if sign.isprintable() and sign not in '/\\:*?"<>|' else "_" for sign in text)
    return kept.strip(" .")[:120] or "song"
