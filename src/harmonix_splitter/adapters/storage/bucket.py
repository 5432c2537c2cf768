"""One prefix of an object store (S3, GCS or anything that speaks like them): objects by name, errors as ours."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, cast

from harmonix_splitter.adapters.storage.store_line import StoreLine, options_for
from harmonix_splitter.errors import NotFoundError

_BLOCK = 8 << 20
_PATIENCE, _HASTE, _GLANCE = 30.0, 4.0, 1.5
"""Seconds of silence after which a store counts as away: for work, for people, for a look."""


class Listed(NamedTuple):
    name: str
    changed: datetime
    size: int


@dataclass(frozen=True)
class Bucket:
    """`url` names bucket and prefix (`s3://bucket/harmonix`); `options` are the store's: endpoint, keys, region."""

    url: str
    options: Mapping[str, str] | None = None
    is_patient: bool = True
    """Where no person waits for an answer: silence is borne for longer."""

    def is_there(self, name: str) -> bool:
        """Whether the store answers when it is asked for `name`, present or not."""
        from obstore import head

        return self._line.is_there(lambda: head(self._looking, name))

    def put(self, name: str, content: bytes, *, is_new: bool = False) -> None:
        """Raise ConflictError when it is to be new and is there; of many who try, one wins."""
        from obstore import put

        with self._line.used_for(name):
            put(self._writing, name, content, mode="create" if is_new else "overwrite", use_multipart=False)

    def upload(self, name: str, file: Path) -> None:
        from obstore import put

        with self._line.used_for(file.name), file.open("rb") as opened:
            put(self._writing, name, opened, chunk_size=_BLOCK)

    def has(self, name: str) -> bool:
        from obstore import head

        try:
            with self._line.used_for(name):
                head(self._reading, name)
        except NotFoundError:
            return False
        return True

    def read(self, name: str) -> bytes:
        """Raise NotFoundError when there is no such object."""
        from obstore import get

        with self._line.used_for(name):
            return bytes(get(self._reading, name).bytes())

    def download(self, name: str, target: Path) -> None:
        """Into a file of the caller's; when it breaks off, what came so far is in it."""
        from obstore import get

        with self._line.used_for(name), target.open("wb") as file:
            for block in get(self._reading, name).stream(min_chunk_size=1 << 20):
                file.write(block)

    def delete(self, name: str) -> None:
        from obstore import delete

        with self._line.used_for(name):
            delete(self._writing, name)

    def listed(self, prefix: str) -> Iterator[Listed]:
        from obstore import list as listing

        with self._line.used_for(prefix):
            for page in listing(self._writing, prefix):
                for entry in page:
                    yield Listed(entry["path"], entry["last_modified"], entry["size"])

    def signed(self, name: str, seconds: int) -> str | None:
        """Its own address, for so long; None where the store cannot sign."""
        from obstore import sign

        try:
            return str(sign(self._writing, "GET", name, timedelta(seconds=seconds)))
        except (TypeError, ValueError, AttributeError):
            return None

    @cached_property
    def _writing(self) -> Any:
        return self._reached(_PATIENCE)

    @cached_property
    def _reading(self) -> Any:
        return self._reached(_PATIENCE if self.is_patient else _HASTE)

    @cached_property
    def _looking(self) -> Any:
        return self._reached(_GLANCE)

    @cached_property
    def _line(self) -> StoreLine:
        return StoreLine(is_patient=self.is_patient)

    def _reached(self, patience: float) -> Any:
        from obstore.store import from_url

        options: Any = dict(self.options or {})
        waits, retry = options_for(patience)
        client: Any = {"allow_http": any(str(value).startswith("http://") for value in options.values()), **waits}
        return from_url(self.url, config=options, client_options=client, retry_config=cast(Any, retry))
