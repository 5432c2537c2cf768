"""`outputs/users/<user>/library_links.json`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harmonix_splitter.adapters.storage.durable import disk_errors, write_durably
from harmonix_splitter.domain.library import checked_folder

FILE = "library_links.json"


@dataclass(frozen=True)
class LinkNoteFiles:
    root: Path

    def write(self, user_id: str, note: Mapping[str, Any]) -> None:
        with disk_errors("write the library links"):
            folder = self.root / checked_folder(user_id)
            folder.mkdir(parents=True, exist_ok=True)
            write_durably(folder / FILE, json.dumps(note, ensure_ascii=False, indent=2).encode())

    def read(self, user_id: str) -> Mapping[str, Any] | None:
        try:
            note = json.loads((self.root / checked_folder(user_id) / FILE).read_bytes())
        except (OSError, ValueError):
            return None
        return note if isinstance(note, dict) else None
