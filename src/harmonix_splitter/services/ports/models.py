"""The models folder: what is known, what is here, and how more gets here."""

from pathlib import Path
from typing import Protocol

from harmonix_splitter.domain.models import Model, Presence
from harmonix_splitter.services.ports.progress import Progress


class ModelStore(Protocol):
    """Models by name. Files are believed only after their checksum was looked at."""

    def models(self) -> tuple[Model, ...]:
        """The registry's models and the user's own, in the order engines prefer them."""
        ...

    def named(self, name: str) -> Model:
        """Raise NotFoundError, with the names there are."""
        ...

    def presence(self, model: Model) -> Presence:
        """Quickly, from names and sizes."""
        ...

    def paths(self, model: Model) -> tuple[Path, ...]:
        """The model's files, their checksums verified. Raise EngineMissingError with the way to get them."""
        ...

    def pull(self, name: str, progress: Progress) -> tuple[Path, ...]:
        """Download what is missing, continuing what was begun. Raise SourceError or StorageError in clear words."""
        ...

    def verify(self, name: str) -> Presence:
        """Read every byte and compare."""
        ...

    def remove(self, name: str) -> None:
        """Raise NotFoundError when it is not here."""
        ...

    def import_file(self, path: Path) -> Model:
        """Copy a model file from elsewhere into the folder, under the registry's name when it is known."""
        ...
