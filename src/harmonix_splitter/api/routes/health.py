"""Is it alive, is it ready, is everything well?"""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from harmonix_splitter import __version__
from harmonix_splitter.api.dependencies import AdminUser, TheStudio
from harmonix_splitter.services.doctor import is_well

router = APIRouter(tags=["health"])


@router.get("/health")
@router.get("/api/health")
async def health() -> dict[str, Any]:
    return {"status": "healthy", "version": __version__}


@router.get("/health/live")
async def live() -> dict[str, str]:
    return {"status": "alive"}


@router.get("/health/ready")
def ready(studio: TheStudio) -> JSONResponse:
    """200 when the database and, where there is one, the object store answer; 503 while one does not."""
    if not studio.parts.can_reach_database():
        return JSONResponse({"status": "waiting for the database"}, 503)
    if not studio.library.storage.is_there():
        return JSONResponse({"status": "waiting for the object store"}, 503)
    return JSONResponse({"status": "ready"})


@router.get("/api/doctor")
def doctor(studio: TheStudio, _admin: AdminUser) -> dict[str, Any]:
    findings = studio.doctor.examine()
    return {"well": is_well(findings), "findings": [finding.to_document() for finding in findings]}
