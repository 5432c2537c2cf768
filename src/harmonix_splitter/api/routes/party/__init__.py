"""The party: rooms for hosts, guests, remotes and the stage; and the documents' one karaoke queue."""

from fastapi import APIRouter

from harmonix_splitter.api.documents import PROBLEMS
from harmonix_splitter.api.routes.party import guests, hosts, karaoke_queue, live, screens, web_search

router = APIRouter(tags=["party"], responses=PROBLEMS)
for part in (hosts, guests, web_search, screens, live, karaoke_queue):
    router.include_router(part.router)
