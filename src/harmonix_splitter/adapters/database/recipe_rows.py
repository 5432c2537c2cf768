"""How a recipe is written down, in a row or a manifest, and read back."""

from collections.abc import Mapping
from typing import Any

from harmonix_splitter.domain.separation import Mode, Quality, Recipe


def recipe_to_row(recipe: Recipe) -> dict[str, Any]:
    return {
        "mode": str(recipe.mode),
        "quality": str(recipe.quality),
        "engine": recipe.engine,
        "model": recipe.model,
        "stems": list(recipe.stems),
    }


def recipe_from_row(row: Mapping[str, Any]) -> Recipe:
    return Recipe(Mode(row["mode"]), Quality(row["quality"]), row["engine"], row["model"], tuple(row["stems"]))
