"""Library, keys, pictures and link files of a house of several servers, as back-ups and archives want them."""

import json
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harmonix_splitter.adapters.storage.durable import disk_errors
from harmonix_splitter.adapters.storage.object_store import ObjectStore
from harmonix_splitter.domain.library import MANIFEST, Manifest
from harmonix_splitter.errors import ConflictError, NotFoundError

_KEPT = {"outputs/": "outputs/", "avatars/": "avatars/", "keys/": ""}
"""Prefixes in the store, and where a data directory has them."""
_NOTE = "metadata.json"


@dataclass(frozen=True)
class HouseInStore:
    storage: ObjectStore

    def copy_to(self, target: Path) -> None:
        folders = set()
        for place in self.storage.places():
            self._copy_place(place, target / "library")
            folders.add(place.split("/")[0])
        for folder in folders:
            self._copy_note(folder, target / "library")
        for prefix, home in _KEPT.items():
            for name, *_ in self.storage.bucket.listed(prefix):
                copy = target / home / name.removeprefix(prefix)
                copy.parent.mkdir(parents=True, exist_ok=True)
                self.storage.bucket.download(name, copy)

    @contextmanager
    def folder(self, name: str) -> Iterator[Path]:
        places = self._places_of(name)
        if not places:
            raise NotFoundError(f"There is no {name!r} in the library.")
        aside = self.workplace()
        try:
            with disk_errors("export"):
                for place in places:
                    self._copy_place(place, aside)
                self._copy_note(name, aside)
            yield aside / name
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def workplace(self) -> Path:
        return self.storage.workspace(f"archive-{uuid.uuid4().hex}")

    def take_in(self, name: str, unpacked: Path) -> None:
        if self._places_of(name):
            raise ConflictError(f"{name} is in the library already.")
        for file in sorted(unpacked.glob(f"*/{MANIFEST}")):
            manifest = Manifest.from_document(json.loads(file.read_text(encoding="utf-8")))
            files = {entry.name: file.with_name(entry.file) for entry in manifest.files}
            self.storage.publish(manifest.place, files, manifest.facts)
        if (unpacked / _NOTE).is_file():
            self.storage.write_note(name, _NOTE, (unpacked / _NOTE).read_text(encoding="utf-8"))

    def _places_of(self, name: str) -> list[str]:
        return [place for place in self.storage.places() if place.split("/")[0] == name]

    def _copy_place(self, place: str, library: Path) -> None:
        """What was archived or deleted since it was listed is not missed."""
        try:
            manifest = self.storage.manifest(place)
            (library / place).mkdir(parents=True, exist_ok=True)
            for entry in manifest.files:
                shutil.copyfile(self.storage.open(place, entry.name).path, library / place / entry.file)
        except NotFoundError:
            shutil.rmtree(library / place, ignore_errors=True)
            return
        document = json.dumps(manifest.to_document(), ensure_ascii=False)
        (library / place / MANIFEST).write_text(document, encoding="utf-8")

    def _copy_note(self, folder: str, library: Path) -> None:
        note = self.storage.read_note(folder, _NOTE)
        if note is not None and (library / folder).is_dir():
            (library / folder / _NOTE).write_text(note, encoding="utf-8")
