"""Large files over shaky connections: begun, sent in pieces, continued where they broke off, taken in when whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from harmonix_splitter.domain.identifiers import new_id
from harmonix_splitter.errors import AudioError, BodyTooLargeError, ConflictError, InvalidRequestError, NotFoundError
from harmonix_splitter.services.ports.sources import Upload, UploadStore
from harmonix_splitter.services.ports.uploads import DAY, UnfinishedUpload, UnfinishedUploads

MOST_AT_ONCE = 10
PIECE_BYTES = 8_388_608
# The library has a copy once the work is done; until then a job may wait, be held, or fail and be tried again.
KEPT_FOR_JOBS = 30 * DAY


@dataclass(frozen=True)
class UploadsService:
    unfinished: UnfinishedUploads
    store: UploadStore
    most_bytes: int

    def begin(self, owner_id: str, name: str, size: int) -> UnfinishedUpload:
        if size < 1:
            raise InvalidRequestError("The file is empty.")
        if size > self.most_bytes:
            raise BodyTooLargeError(f"The file is larger than {self.most_bytes // 1_000_000} MB.")
        if self.unfinished.of_owner(owner_id) >= MOST_AT_ONCE:
            raise ConflictError(f"{MOST_AT_ONCE} uploads are open already.", advice="Finish or drop one of them first.")
        upload = UnfinishedUpload(new_id(), owner_id, name, size)
        self.unfinished.begin(upload)
        return upload

    def found(self, upload_id: str, owner_id: str) -> UnfinishedUpload:
        """The upload, if it is this person's own."""
        upload = self.unfinished.find(upload_id)
        if upload.owner_id != owner_id:
            raise NotFoundError("There is no such upload.", advice="Begin it again.")
        return upload

    def append(self, upload_id: str, owner_id: str, offset: int, piece: bytes) -> UnfinishedUpload:
        upload = self.found(upload_id, owner_id)
        if offset + len(piece) > upload.size:
            raise InvalidRequestError("This is more than the file was said to have.", received=upload.received)
        if offset == upload.received == 0:
            with self._dropping_what_is_no_recording(upload_id):
                self.store.look(piece)
        return self.unfinished.append(upload_id, offset, piece)

    def finish(self, upload_id: str, owner_id: str) -> Upload:
        """The whole file, where every upload is kept."""
        upload = self.found(upload_id, owner_id)
        if not upload.is_whole:
            raise ConflictError("The file is not all here yet.", received=upload.received)
        with self._dropping_what_is_no_recording(upload_id):
            kept = self.store.receive(upload.name, self.unfinished.bytes_of(upload_id), self.most_bytes)
        self.unfinished.forget(upload_id)
        return kept

    def drop(self, upload_id: str, owner_id: str) -> None:
        self.unfinished.forget(self.found(upload_id, owner_id).id)

    def gather_garbage(self) -> int:
        """Remove what nobody continued for a day, and received files of which any job was done long ago."""
        return self.unfinished.gather_garbage(DAY) + self.store.gather_garbage(KEPT_FOR_JOBS)

    @contextmanager
    def _dropping_what_is_no_recording(self, upload_id: str) -> Iterator[None]:
        try:
            yield
        except AudioError:
            self.unfinished.forget(upload_id)
            raise
