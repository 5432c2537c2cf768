"""What is whose in a user's `library_links.json`, which other programs write as well, and the folder it lies in."""

from collections.abc import Mapping
from typing import Any, TypeGuard

_OURS = ("links", "created_at", "updated_at")
_LONGEST_FOLDER = 255
"""Bytes, on every common file system."""


def is_folder_name(name: str) -> bool:
    """Whether a folder could be called so, on every file system."""
    is_path = name in {"", ".", ".."} or any(sign in "/\0" for sign in name)
    return not is_path and not name.endswith(".") and len(name.encode(errors="replace")) <= _LONGEST_FOLDER


def note_folder(user_id: str, name: str) -> str:
    """The user's name; their id where the name is too long in bytes, or ends in a dot, which some disks drop."""
    return name if is_folder_name(name) else user_id


def is_note(found: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether this has the documented form, so that nothing in it is lost when it is written on."""
    links = found.get("links") if isinstance(found, Mapping) else None
    return isinstance(links, Mapping) and all(isinstance(entry, Mapping) for entry in links.values())


def not_ours(note: Mapping[str, Any] | None) -> dict[str, Any]:
    """The links another program wrote, as they are: ours have recipes."""
    links = (note or {}).get("links")
    entries = links.items() if isinstance(links, Mapping) else ()
    return {key: entry for key, entry in entries if isinstance(entry, Mapping) and "recipes" not in entry}


def not_ours_beside(note: Mapping[str, Any] | None, links: Mapping[str, Any]) -> dict[str, Any]:
    """Of these only links to other songs. Other programs key by video or by job."""
    return {
        key: entry
        for key, entry in not_ours(note).items()
        if key not in links and str(entry.get("youtube_id") or key) not in links
    }


def besides(note: Mapping[str, Any] | None) -> dict[str, Any]:
    """What else another program keeps in the file."""
    return {key: value for key, value in (note or {}).items() if key not in _OURS}


def left_by_others(note: Mapping[str, Any]) -> dict[str, Any]:
    """The note without what is ours; empty when nothing is left to keep."""
    theirs = not_ours(note)
    return {**note, "links": theirs} if theirs or besides(note) else {}


def joined(moved: Mapping[str, Any], there: Mapping[str, Any]) -> dict[str, Any]:
    """A note that comes to where another program, or an earlier user of that name, left one."""
    links = moved["links"]
    return {**besides(there), **moved, "links": {**not_ours_beside(there, _ours(moved)), **links}}


def keeps_all(note: Mapping[str, Any], there: Mapping[str, Any]) -> bool:
    """Whether all that other programs wrote there is in the note; a link of ours to the same song is as good."""
    links = not_ours_beside(there, _ours(note)).items()
    return all(note["links"].get(key) == entry for key, entry in links) and all(
        note.get(key) == value for key, value in besides(there).items()
    )


def _ours(note: Mapping[str, Any]) -> dict[str, Any]:
    theirs = not_ours(note)
    return {key: entry for key, entry in note["links"].items() if key not in theirs}
