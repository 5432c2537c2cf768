"""Reads back what compose.py wrote, by number."""

import pickle
from collections.abc import Iterator
from pathlib import Path

from training.analysis import compose, compose_forms
from training.analysis.compose_parts import Sound


class _Reader(pickle.Unpickler):
    """compose.py runs as a program, so its classes were written down as those of __main__."""

    def find_class(self, module: str, name: str) -> type:
        return getattr(compose, name) if module == "__main__" else super().find_class(module, name)


def examples_in(folder: Path, every: int = 1) -> dict[int, compose.Example]:
    """Those whose number divides by `every`."""
    found = {}
    for path in sorted(folder.glob("*.pickle")):
        if int(path.stem) % every:
            continue
        with path.open("rb") as file:
            found[int(path.stem)] = _Reader(file).load()
    return found


def forms_in(folder: Path) -> Iterator[tuple[int, compose_forms.FormExample]]:
    """One at a time: a form with its stems fills a good part of a small machine's memory."""
    for path in sorted(folder.glob("*.pickle")):
        yield int(path.stem), pickle.loads(path.read_bytes())


def parts_in(folder: Path) -> dict[int, dict[str, Sound]]:
    """What compose_parts.py wrote, by number."""
    return {int(path.stem): pickle.loads(path.read_bytes()) for path in sorted(folder.glob("*.pickle"))}
