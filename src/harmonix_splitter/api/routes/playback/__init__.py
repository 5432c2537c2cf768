"""Hearing songs: stems by byte ranges, mixes, waveforms, downloads."""

from fastapi import APIRouter

from harmonix_splitter.api.documents import PROBLEMS
from harmonix_splitter.api.routes.playback import documented, downloads, mixes, outlines, stems

router = APIRouter(tags=["playback"], responses=PROBLEMS)
for part in (stems, outlines, mixes, downloads, documented):
    router.include_router(part.router)
