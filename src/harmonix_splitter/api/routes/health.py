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
def health() -> dict[str, Any]:
    return {"status": "healthy", "version": __version__}


@router.get("/health/live")
def live() -> dict[str, str]:
    return {"status": "alive"}


@router.get("/health/ready")
def ready(studio: TheStudio) -> JSONResponse:
    """200 when the database answers, 503 while it does not."""
    well = studio.parts.can_reach_database()
    return JSONResponse({"status": "ready" if well else "waiting for the database"}, 200 if well else 503)


@router.get("/api/doctor")
def doctor(studio: TheStudio, _admin: AdminUser) -> dict[str, Any]:
    findings = studio.doctor.examine()
    return {"well": is_well(findings), "findings": [finding.to_document() for finding in findings]}
