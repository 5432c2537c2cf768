"""A file in, its music out, nothing kept: the documented `/analyze` and the older API's `/api/analysis`."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, UploadFile

from harmonix_splitter.api.dependencies import MemberUser, TheStudio
from harmonix_splitter.api.documents import PROBLEMS
from harmonix_splitter.api.on_the_spot import on_the_spot, received
from harmonix_splitter.api.routes.uploads import EstimateWish, estimate, recipe_in_form
from harmonix_splitter.api.wishes import RecipeWish
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.analysis import Analysis, detected_in

router = APIRouter(tags=["analysis"], responses=PROBLEMS)


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
    with on_the_spot(), received(studio, file) as path:
        return studio.analysis.analyze(path, {})
