"""Reads back what compose.py wrote, by number."""

import pickle
from pathlib import Path

from training.analysis import compose


class _Reader(pickle.Unpickler):
    """compose.py runs as a program, so its classes were written down as those of __main__."""

    def find_class(self, module: str, name: str) -> type:
        return getattr(compose, name) if module == "__main__" else super().find_class(module, name)


def examples_in(folder: Path) -> dict[int, compose.Example]:
    found = {}
    for path in sorted(folder.glob("*.pickle")):
        with path.open("rb") as file:
            found[int(path.stem)] = _Reader(file).load()
    return found
