"""The engine that is always there: four masks that sum to one, nothing to download."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from harmonix_splitter.adapters.engines.separation.masking import mask_splitter
from harmonix_splitter.adapters.engines.separation.signal_masks import SignalMasks
from harmonix_splitter.domain.separation import Offer, Recipe
from harmonix_splitter.services.ports.separation import MaskEstimator, Setup, StemSplitter

SIGNAL = "signal"


@dataclass(frozen=True)
class EmbeddedEngine:
    """SeparationEngine on a mask estimator. `make` is called once, when first needed; `model` is its name."""

    model: str = SIGNAL
    make: Callable[[], MaskEstimator] = SignalMasks
    stems: tuple[str, ...] = SignalMasks.stems
    threads: int = 1
    name: str = "embedded"

    @cached_property
    def _estimator(self) -> MaskEstimator:
        return self.make()

    def offers(self, recipe: Recipe) -> tuple[Offer, ...]:
        """Raise EngineMissingError, with the repair, when the estimator cannot be loaded here."""
        if recipe.model not in ("", self.model):
            return ()
        _ = self._estimator
        return (Offer(self.name, self.model, self.stems, sums=True),)

    def devices(self) -> tuple[str, ...]:
        return ("cpu",)

    def load(self, _offer: Offer, needed: tuple[str, ...], setup: Setup) -> StemSplitter:
        return mask_splitter(self._estimator, needed, setup.shrink, self.threads)
