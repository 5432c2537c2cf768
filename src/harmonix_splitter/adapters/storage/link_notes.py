"""`outputs/users/<user>/library_links.json`."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from harmonix_splitter.adapters.storage.durable import disk_errors, write_durably
from harmonix_splitter.domain.link_notes import is_folder_name, is_note, joined, keeps_all, left_by_others
from harmonix_splitter.errors import NotFoundError

FILE = "library_links.json"
BEFORE = "library_links.before{}.json"
"""What lay there and would have been lost; a second one of these has a number."""


@dataclass(frozen=True)
class LinkNoteFiles:
    root: Path

    def folders(self) -> list[str]:
        return sorted(path.parent.name for path in self.root.glob(f"*/{FILE}"))

    def is_there(self, folder: str) -> bool:
        return is_folder_name(folder) and self._file(folder).exists()

    def read(self, folder: str) -> Mapping[str, Any] | None:
        try:
            note = parsed(_content(self._file(folder)))
        except OSError:
            return None
        return note if isinstance(note, dict) else None

    def write(self, folder: str, note: Mapping[str, Any]) -> None:
        with disk_errors("write the library links"):
            file = self._file(folder)
            file.parent.mkdir(parents=True, exist_ok=True)
            there = _content(file)
            if not is_note(parsed(there)):
                _set_aside(file.parent, there)
            write_durably(file, encoded(note))

    def move(self, origin: str, goal: str) -> None:
        with disk_errors("move the library links"):
            source, target = self._file(origin), self._file(goal)
            moved = _content(source)
            if moved is None or (target.exists() and source.samefile(target)):
                return
            target.parent.mkdir(parents=True, exist_ok=True)
            for kept in sorted(source.parent.glob(BEFORE.format("*"))):
                _set_aside(target.parent, kept.read_bytes())
                kept.unlink()
            _take_in(moved, target)
            source.unlink()
            _tidy(source.parent)

    def forget(self, folder: str) -> None:
        with disk_errors("remove the library links"):
            file = self._file(folder)
            note = parsed(_content(file))
            if not is_note(note):
                return
            if left := left_by_others(note):
                write_durably(file, encoded(left))
            else:
                file.unlink()
                _tidy(file.parent)

    def _file(self, folder: str) -> Path:
        if not is_folder_name(folder):
            raise NotFoundError(f"There can be no folder {folder[:200]!r} for library links.")
        return self.root / folder / FILE


def _take_in(moved: bytes, target: Path) -> None:
    """Both notes in one, nothing of other programs lost: what does not fit is kept beside it."""
    there = _content(target)
    note, other = parsed(moved), parsed(there)
    if there is None:
        write_durably(target, moved)
    elif not is_note(note):
        _set_aside(target.parent, moved)
    else:
        both = joined(note, other if is_note(other) else {})
        if not (is_note(other) and keeps_all(both, other)):
            _set_aside(target.parent, there)
        write_durably(target, encoded(both))


def _set_aside(folder: Path, content: bytes | None) -> None:
    """Once, and never over another."""
    if content is None or not content.strip():
        return
    for number in count(1):
        kept = folder / BEFORE.format("" if number == 1 else f".{number}")
        known = _content(kept)
        if known is None:
            write_durably(kept, content)
        if known in {None, content}:
            return


def _content(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def parsed(content: bytes | None) -> object:
    try:
        return json.loads(content or b"")
    except (ValueError, RecursionError):
        return None


def encoded(note: Mapping[str, Any]) -> bytes:
    # Half a character another program wrote (\ud800) is escaped again: no encoding has it.
    return json.dumps(note, ensure_ascii=False, indent=2).encode(errors="backslashreplace")


def _tidy(folder: Path) -> None:
    with suppress(OSError):  # somebody else's files are in it
        folder.rmdir()
