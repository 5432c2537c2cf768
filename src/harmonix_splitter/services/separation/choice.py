"""Which engine and model answer a recipe, and why not the better one."""

from collections.abc import Iterable
from dataclasses import dataclass

from harmonix_splitter.domain.separation import Mode, Offer, Recipe, StemPlan, all_stems, stem_name, stem_plan
from harmonix_splitter.errors import EngineMissingError, InvalidRequestError
from harmonix_splitter.services.ports.separation import SeparationEngine


@dataclass(frozen=True)
class Choice:
    """What will run. `reasons` say, for each better engine, why it will not."""

    engine: SeparationEngine
    offer: Offer
    plan: StemPlan
    reasons: tuple[str, ...] = ()


def choose(engines: Iterable[SeparationEngine], recipe: Recipe) -> Choice:
    """The first engine, best first, that can run here and make the stems asked for.

    Raise EngineMissingError when the engine named in the recipe cannot run, InvalidRequestError with the list of
    what can be made when nothing makes the stems.
    """
    reasons: list[str] = []
    seen: list[Offer] = []
    for engine in _asked_for(engines, recipe):
        try:
            offers = engine.offers(recipe)
        except EngineMissingError as missing:
            if recipe.engine != "auto":
                raise
            reasons.append(f"{engine.name}: {missing}")
            continue
        seen += offers
        for offer in offers:
            if (plan := stem_plan(recipe, offer)) is not None:
                return Choice(engine, offer, plan, tuple(reasons))
        reasons.append(f"{engine.name}: none of its models here makes {_wish(recipe)}.")
    raise _refusal(recipe, seen, reasons)


def is_better(engines: Iterable[SeparationEngine], choice: Choice, recipe: Recipe, engine: str, model: str) -> bool:
    """Whether a choice comes before this engine and model; of those that are not known here nothing can be said."""
    engines = list(engines)
    names = [each.name for each in engines]
    if engine not in names:
        return False
    if engine != choice.engine.name:
        return names.index(choice.engine.name) < names.index(engine)
    models = [offer.model for each in engines if each.name == engine for offer in _offers(each, recipe)]
    return model in models and models.index(choice.offer.model) < models.index(model)


def _offers(engine: SeparationEngine, recipe: Recipe) -> tuple[Offer, ...]:
    try:
        return engine.offers(recipe)
    except EngineMissingError:
        return ()


def _asked_for(engines: Iterable[SeparationEngine], recipe: Recipe) -> list[SeparationEngine]:
    engines = list(engines)
    chosen = [engine for engine in engines if recipe.engine in ("auto", engine.name)]
    if not chosen:
        names = ", ".join(dict.fromkeys(["auto", *(engine.name for engine in engines)]))
        raise InvalidRequestError(f'There is no engine "{recipe.engine}".', advice=f"Choose one of {names}.")
    return chosen


def _refusal(recipe: Recipe, seen: list[Offer], reasons: list[str]) -> Exception:
    if not seen:
        return EngineMissingError("No separation engine can run here.", advice=" ".join(reasons))
    possible = ", ".join(all_stems(seen)) or "nothing"
    better = " ".join(reason for reason in reasons if "none of its models" not in reason)
    return InvalidRequestError(
        f"No engine here can make {_wish(recipe)}.", advice=f"It can make: {possible}. {better}".strip(), stems=possible
    )


def _wish(recipe: Recipe) -> str:
    model = f" with the model {recipe.model}" if recipe.model else ""
    if recipe.mode is Mode.PER_INSTRUMENT:
        return ", ".join(map(stem_name, recipe.stems)) + model
    return ("vocals and instrumental" if recipe.mode is Mode.KARAOKE else "all four stems") + model
