"""Each person's MIDI files, in the folder the documents give them."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from harmonix_splitter.adapters.storage.durable import disk_errors, write_durably
from harmonix_splitter.domain.library import checked_folder
from harmonix_splitter.errors import NotFoundError


@dataclass(frozen=True)
class MidiFolder:
    """`<root>/<user>/midi/<name>_<8 hex>.mid`."""

    root: Path

    def keep(self, user_id: str, name: str, content: bytes) -> str:
        folder, file = self._folder(user_id), f"{name}_{secrets.token_hex(4)}.mid"
        with disk_errors("keep the MIDI file"):
            folder.mkdir(parents=True, exist_ok=True)
            write_durably(folder / file, content)
        return file

    def listed(self, user_id: str) -> list[Path]:
        return sorted(self._folder(user_id).glob("*.mid"), key=lambda path: path.stat().st_mtime_ns, reverse=True)

    def find(self, user_id: str, name: str) -> Path:
        """The name is compared with those there are, never joined into a path."""
        for path in self.listed(user_id):
            if path.name == name:
                return path
        raise NotFoundError("There is no such MIDI file.")

    def remove(self, user_id: str, name: str) -> None:
        self.find(user_id, name).unlink(missing_ok=True)

    def _folder(self, user_id: str) -> Path:
        return self.root / checked_folder(user_id) / "midi"
