"""The models folder for administrators: whose each model is, whether it is here and whole, and how more gets here."""

import json
from collections.abc import Iterator
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from harmonix_splitter.api.dependencies import AdminUser, TheStudio
from harmonix_splitter.api.documents import PROBLEMS, Answer
from harmonix_splitter.domain.models import Model, Presence
from harmonix_splitter.errors import CancelledError, HarmonixError
from harmonix_splitter.services.ports.models import ModelStore

router = APIRouter(prefix="/api/admin/models", tags=["administration"], responses=PROBLEMS)


class ModelAnswer(Answer):
    name: str
    engine: str
    stems: list[str]
    presence: Presence
    licence: str
    source: str
    about: str
    size: int
    can_be_pulled: bool


@router.get("", summary="Every model, and whether it is here")
def list_models(studio: TheStudio, _admin: AdminUser) -> list[ModelAnswer]:
    return [_shown(model, studio.models.presence(model)) for model in studio.models.models()]


@router.post("/{name}/verify", summary="Read every byte of a model and compare")
def verify(name: str, studio: TheStudio, _admin: AdminUser) -> ModelAnswer:
    return _shown(studio.models.named(name), studio.models.verify(name))


@router.delete("/{name}", status_code=204, summary="Delete a model from this machine")
def remove(name: str, studio: TheStudio, _admin: AdminUser) -> None:
    studio.models.remove(name)


@router.post("/{name}/pull", summary="Download a model")
def pull(name: str, studio: TheStudio, _admin: AdminUser) -> StreamingResponse:
    """A line of JSON for each step: `{"share": 0.4}`, at last `{"presence": "here"}` or `{"problem": …}`. Who stops
    listening stops the download; the next one continues where it ended."""
    model = studio.models.named(name)
    return StreamingResponse(_told(_Pulling(studio.models, model)), media_type="application/x-ndjson")


class _Pulling(Thread):
    """A download beside the answer that tells of it."""

    def __init__(self, store: ModelStore, model: Model) -> None:
        super().__init__(daemon=True, name=f"pull {model.name}")
        self.store, self.model = store, model
        self.news: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self.is_unwanted = Event()

    def run(self) -> None:
        try:
            self.store.pull(self.model.name, self._arrived)
            self.news.put({"presence": str(self.store.presence(self.model))})
        except HarmonixError as trouble:
            self.news.put({"problem": {"detail": trouble.message, "advice": trouble.advice, "code": trouble.code}})

    def _arrived(self, share: float, /) -> None:
        if self.is_unwanted.is_set():
            raise CancelledError("Nobody waits for this download any more.")
        self.news.put({"share": round(share, 3)})


def _told(pulling: _Pulling) -> Iterator[str]:
    pulling.start()
    try:
        while True:
            news = pulling.news.get()
            yield json.dumps(news) + "\n"
            if "share" not in news:
                return
    finally:
        pulling.is_unwanted.set()


def _shown(model: Model, presence: Presence) -> ModelAnswer:
    return ModelAnswer(
        name=model.name,
        engine=model.engine,
        stems=list(model.stems),
        presence=presence,
        licence=model.licence,
        source=model.source,
        about=model.about,
        size=model.size,
        can_be_pulled=model.can_be_pulled,
    )
