"""Accounts over HTTP: setting up, signing in and out, one's own account, and everybody's for administrators."""

from fastapi import APIRouter

from harmonix_splitter.api.documents import PROBLEMS
from harmonix_splitter.api.routes.accounts import documented, foreign, own, people, programs, sign_in

router = APIRouter(tags=["accounts"], responses=PROBLEMS)
for part in (sign_in, own, programs, people, foreign, documented):
    router.include_router(part.router)
