"""A file in, its music out, nothing kept: the documented `/analyze` and the older API's `/api/analysis`."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, UploadFile

from harmonix_splitter.api.dependencies import MemberUser, TheStudio
from harmonix_splitter.api.documents import PROBLEMS
from harmonix_splitter.api.routes.uploads import EstimateWish, estimate, pieces_of, recipe_in_form
from harmonix_splitter.api.wishes import RecipeWish
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.analysis import Analysis, detected_in
from harmonix_splitter.errors import BodyTooLargeError, InvalidRequestError, TooManyRequestsError

router = APIRouter(tags=["analysis"], responses=PROBLEMS)
_ROOM = BoundedSemaphore(1)
"""One file at a time: an analysis fills a core, and whoever waits keeps a connection."""
_LATER = 15


@router.post("/analyze", summary="Tempo, key and sections of a file, without keeping it")
def analyze(
    file: Annotated[UploadFile, File()],
    recipe: Annotated[RecipeWish, Depends(recipe_in_form)],
    studio: TheStudio,
    user: MemberUser,
) -> dict[str, Any]:
    found = _analysis_of(studio, file)
    document = found.to_document()
    minutes, seconds = divmod(round(found.duration), 60)
    asked = EstimateWish(duration=found.duration, **recipe.model_dump(exclude_none=True))
    return {
        "duration": document["duration"],
        "duration_formatted": f"{minutes}:{seconds:02d}",
        "tempo": document["tempo"] and {**document["tempo"], "time_signature": document["time_signature"]},
        "key": document["key"],
        "sections": len(found.sections),
        "estimate": estimate(asked, studio, user),
        "missing": document["missing"],
    }


@router.post("/api/analysis", summary="Which instruments play in a file, and how to separate it")
def instruments(file: Annotated[UploadFile, File()], studio: TheStudio, _user: MemberUser) -> dict[str, Any]:
    found = _analysis_of(studio, file)
    document, heard = found.to_document(), detected_in(found.instruments)
    more = [name for name in ("guitar", "piano") if name in heard]
    stems = ["vocals", "drums", "bass", *more, "other"]
    return {
        "instruments": document["instruments"],
        "detected": document["detected"],
        "recommendations": {
            "mode": "per_instrument" if more else "grouped",
            "stages": ["separate", "analyse"],
            "target_stems": stems,
        },
        "metadata": {"filename": Path(file.filename or "").name, **document},
    }


def _analysis_of(studio: Studio, file: UploadFile) -> Analysis:
    most = studio.settings.limits.upload_mb
    if (file.size or 0) > most * 1_000_000:
        raise BodyTooLargeError(f"The file is larger than {most} MB.")
    if not file.size:
        raise InvalidRequestError("The file is empty.", field="file")
    if not _ROOM.acquire(blocking=False):
        raise TooManyRequestsError("Another file is being analysed; try again soon.", retry_after=_LATER)
    try:
        with _on_disk(file) as path:
            return studio.analysis.analyze(path, {})
    finally:
        _ROOM.release()


@contextmanager
def _on_disk(file: UploadFile) -> Iterator[Path]:
    """The file under a name of ours, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="harmonix-analyze-") as folder:
        path = Path(folder) / "recording"
        with path.open("wb") as out:
            out.writelines(pieces_of(file))
        yield path
