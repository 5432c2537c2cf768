"""Which recordings a command line means, and where the stems of each go."""

import glob
import string
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harmonix_splitter.errors import InvalidRequestError

STREAM = "-"
_SUFFIXES = ".mp3 .wav .flac .ogg .oga .opus .m4a .aac .mp4 .aif .aiff .wma .webm .mkv .mka .mov .ape .wv .caf .au"
_LOOKED_FOR = set(_SUFFIXES.split())
_FIELDS = {"track", "trackext", "stem", "ext", "model", "engine", "mode", "quality"}
_PIECE = 1 << 20


@dataclass(frozen=True)
class Recording:
    """One input: the file to read and the name its stems get."""

    path: Path
    track: str
    shown: str


def recordings(inputs: Iterable[str]) -> list[Recording]:
    """Files as named, the audio files of folders (sorted, with subfolders), the matches of patterns."""
    found: dict[Path, None] = {}
    for text in inputs:
        found |= dict.fromkeys(_files_of(text))
    taken: set[str] = set()
    return [Recording(path, _free_name(path.stem, taken), str(path)) for path in found]


@contextmanager
def streamed(inputs: list[str]) -> Iterator[list[Recording]]:
    """Like `recordings`; "-" stands for the audio on standard input, kept in a temporary file meanwhile."""
    if STREAM not in inputs:
        yield recordings(inputs)
        return
    with tempfile.TemporaryDirectory(prefix="harmonix-") as folder:
        path = Path(folder) / "stream"
        with path.open("wb") as file:
            while piece := sys.stdin.buffer.read(_PIECE):
                file.write(piece)
        rest = recordings(text for text in inputs if text != STREAM)
        yield [Recording(path, "stream", STREAM), *rest]


def checked_template(template: str) -> str:
    """A file-name template with known fields only, {stem} among them."""
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
    except ValueError as wrong:
        raise InvalidRequestError(f'The name template "{template}" is wrong: {wrong}.') from None
    unknown = names - _FIELDS
    if unknown or "stem" not in names:
        reason = f"does not know {{{min(unknown)}}}" if unknown else "needs {stem}"
        fields = ", ".join(f"{{{name}}}" for name in sorted(_FIELDS))
        raise InvalidRequestError(f'The name template "{template}" {reason}.', advice=f"Fields are {fields}.")
    return template


def _files_of(text: str) -> list[Path]:
    """What is not there is kept as it was named, so that it gets its own sentence among the results."""
    path = Path(text).expanduser()
    if path.is_dir():
        inside = (file for file in path.rglob("*") if file.suffix.lower() in _LOOKED_FOR and file.is_file())
        return sorted(inside) or [path]
    if path.exists():
        return [path]
    matches = sorted(glob.glob(text, recursive=True))  # noqa: PTH207 (the pattern may be absolute)
    return [file for match in matches for file in _files_of(match)] or [path]


def _free_name(name: str, taken: set[str]) -> str:
    """Two songs of one name must not write over each other."""
    free, number = name, 2
    while free.lower() in taken:
        free, number = f"{name} ({number})", number + 1
    taken.add(free.lower())
    return free
