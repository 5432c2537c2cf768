"""The models folder on disk: known files verified by checksum, the user's own recognised, more of them pulled."""

import hashlib
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from harmonix_splitter.adapters.engines.downloads import Downloads
from harmonix_splitter.adapters.engines.known_models import KNOWN_MODELS
from harmonix_splitter.adapters.engines.own_models import own_model
from harmonix_splitter.domain.models import Model, ModelFile, Presence
from harmonix_splitter.errors import EngineMissingError, InvalidRequestError, NotFoundError, StorageError
from harmonix_splitter.services.ports.progress import Progress, unheard

_PIECE = 1 << 20


@dataclass(frozen=True)
class ModelFolder:
    """ModelStore on a folder. Checksums are remembered as long as a file's size and time stay the same."""

    folder: Path
    known: tuple[Model, ...] = KNOWN_MODELS
    _sums: dict[tuple[str, int, int], str] = field(default_factory=dict)

    def models(self) -> tuple[Model, ...]:
        taken = {self._place(file) for model in self.known for file in model.files}
        found = sorted(self.folder.glob("*.onnx")) if self.folder.is_dir() else []
        own = [own_model(path) for path in found if path not in taken]
        return (*(model for model in own if model is not None), *self.known)

    def named(self, name: str) -> Model:
        models = self.models()
        for model in models:
            if model.name == name:
                return model
        names = ", ".join(model.name for model in models)
        raise NotFoundError(f'There is no model "{name}".', advice=f"There are {names}.")

    def presence(self, model: Model) -> Presence:
        there = [self._place(file) is not None for file in model.files]
        if all(there):
            return Presence.HERE
        return Presence.PARTLY if any(there) else Presence.ABSENT

    def paths(self, model: Model) -> tuple[Path, ...]:
        found = []
        for file in model.files:
            place = self._place(file)
            if place is None:
                raise EngineMissingError(f"The model {model.name} is not here.", advice=_way_to(model))
            if not file.is_made_of(self._sum_of(place)):
                raise EngineMissingError(
                    f'The model file "{place.name}" is damaged: its checksum is wrong.',
                    advice=f"Run: harmonix models remove {model.name}, then {_way_to(model)}",
                )
            found.append(place)
        return tuple(found)

    def pull(self, name: str, progress: Progress = unheard) -> tuple[Path, ...]:
        model = self.named(name)
        if not model.can_be_pulled:
            raise InvalidRequestError(f"{name} has no download address.", advice=_way_to(model))
        downloads = Downloads(self.folder)
        missing = [file for file in model.files if self._place(file) is None]
        for number, file in enumerate(missing):
            downloads.fetch(file, lambda share, n=number: progress((n + share) / len(missing)))
        return self.paths(model)

    def verify(self, name: str) -> Presence:
        model = self.named(name)
        if (presence := self.presence(model)) is not Presence.HERE:
            return presence
        places = [(file, self._place(file)) for file in model.files]
        whole = all(place is not None and file.is_made_of(_sha256(place)) for file, place in places)
        return Presence.HERE if whole else Presence.DAMAGED

    def remove(self, name: str) -> None:
        model = self.named(name)
        places = [place for file in model.files if (place := self._place(file)) is not None]
        if not places:
            raise NotFoundError(f"The model {name} is not here.")
        for place in places:
            place.unlink()

    def import_file(self, path: Path) -> Model:
        if not path.is_file():
            raise NotFoundError(f'There is no file "{path}".')
        sha256 = _sha256(path)
        for model in self.known:
            for file in model.files:
                if file.sha256 and file.is_made_of(sha256):
                    self._copy(path, file.name)
                    return model
        if (own := own_model(path)) is None:
            raise InvalidRequestError(
                f'Nobody knows what "{path.name}" is.',
                advice=f'Put a {path.stem}.json beside it, e.g. {{"stem": "vocals", "n_fft": 6144}}.',
            )
        if path.with_suffix(".json").exists():
            self._copy(path.with_suffix(".json"), path.with_suffix(".json").name)
        self._copy(path, path.name)
        return own

    def _copy(self, path: Path, name: str) -> None:
        part = self.folder / f".{name}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, part)
            part.replace(self.folder / name)
        except OSError as problem:
            part.unlink(missing_ok=True)
            raise StorageError(f'"{name}" cannot be copied to the models folder: {problem.strerror}.') from problem

    def _place(self, file: ModelFile) -> Path | None:
        """Under its own name, or under any other when the bytes are the known ones."""
        own = self.folder / file.name
        if own.is_file():
            return own
        if len(file.sha256) != _WHOLE_SUM or not self.folder.is_dir():
            return None
        for path in sorted(self.folder.glob(f"*{Path(file.name).suffix}")):
            is_candidate = not file.size or path.stat().st_size == file.size
            if is_candidate and self._sum_of(path) == file.sha256:
                return path
        return None

    def _sum_of(self, path: Path) -> str:
        state = path.stat()
        key = (str(path), state.st_size, state.st_mtime_ns)
        if key not in self._sums:
            self._sums[key] = _sha256(path)
        return self._sums[key]


_WHOLE_SUM = 64


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _way_to(model: Model) -> str:
    if model.can_be_pulled:
        return f"run: harmonix models pull {model.name}"
    return f"run: harmonix models import {model.files[0].name} (see {model.source})"
