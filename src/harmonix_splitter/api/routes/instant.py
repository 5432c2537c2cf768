"""What the library has already: said before anybody presses a button."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from harmonix_splitter.api.dependencies import CurrentUser, MemberUser, TheStudio
from harmonix_splitter.api.documents import PROBLEMS, Answer
from harmonix_splitter.api.routes.uploads import begun
from harmonix_splitter.api.wishes import RecipeWish
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.domain.sources import Source, upload
from harmonix_splitter.errors import InvalidRequestError, NotFoundError

router = APIRouter(tags=["library"], responses=PROBLEMS)
_MOST = 500
Link = Annotated[str, Field(max_length=2000)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class InstantWish(RecipeWish):
    """Links to look for, and the SHA-256 of files."""

    links: Annotated[list[Link], Field(default_factory=list, max_length=_MOST)]
    files: Annotated[list[Sha256], Field(default_factory=list, max_length=_MOST)]


class KnownFileWish(RecipeWish):
    sha256: Sha256
    name: Annotated[str, Field(min_length=1, max_length=200)]


class InstantAnswer(Answer):
    """Which of them would be ready at once in this recipe."""

    links: list[str]
    files: list[str]


@router.post("/api/instant", summary="Which links and files the library has in a recipe already")
def instant(wish: InstantWish, studio: TheStudio, _user: CurrentUser) -> InstantAnswer:
    recipe = wish.recipe(studio.settings)
    links = [link for link in wish.links if _is_ready(studio, _linked(studio, link), recipe)]
    return InstantAnswer(links=links, files=[file for file in wish.files if _is_ready(studio, upload(file), recipe)])


@router.post("/api/instant/file", summary="Have a file the library knows, without sending it")
def take(wish: KnownFileWish, studio: TheStudio, user: MemberUser) -> dict[str, Any]:
    source, recipe = upload(wish.sha256), wish.recipe(studio.settings)
    if not _is_ready(studio, source, recipe):
        raise NotFoundError("The library does not have this file in this recipe.", advice="Send the file.")
    return begun(studio.songs.request(user.id, source, recipe, studio.songs.facts_for(source, wish.name)))


def _linked(studio: Studio, link: str) -> Source | None:
    try:
        return studio.sources.source_of(link)
    except InvalidRequestError:
        return None  # What is no link is found out when it is sent.


def _is_ready(studio: Studio, source: Source | None, recipe: Recipe) -> bool:
    item = studio.library.item_of(source.key, recipe.key) if source else None
    return item is not None and item.is_playable
