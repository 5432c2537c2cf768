"""Items made anew, on demand and in idle time."""

from harmonix_splitter.bootstrap.jobs import jobs
from harmonix_splitter.bootstrap.library import library
from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.bootstrap.separation import separation
from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.services.upgrades import IdleUpgrades, UpgradesService


def upgrades(parts: Parts) -> UpgradesService:
    def improves(recipe: Recipe, engine: str, model: str) -> bool:
        return separation(parts).improves(recipe, engine, model)

    return UpgradesService(library(parts), jobs(parts), improves)


def idle_upgrades(parts: Parts) -> IdleUpgrades:
    return IdleUpgrades(upgrades(parts), lambda: parts.settings.library.auto_upgrade)
