"""What each quality means for each engine: the one table.

The documents behind the four names disagree about them. Decided: a step up costs about twice the time; random shifts
are never used, because two runs must give the same stems; "studio" asks for the specialists.
"""

from dataclasses import dataclass

from harmonix_splitter.domain.separation import Quality


@dataclass(frozen=True)
class DemucsQuality:
    """Models in order of preference; `overlap` is the share of a segment that its neighbour covers too."""

    models: tuple[str, ...]
    overlap: float


_PLAIN = ("htdemucs", "hdemucs_mmi", "mdx_extra", "htdemucs_ft")
_BEST = ("htdemucs_ft", "htdemucs", "hdemucs_mmi", "mdx_extra")

DEMUCS: dict[Quality, DemucsQuality] = {
    Quality.DRAFT: DemucsQuality(_PLAIN, 0.05),
    Quality.FAST: DemucsQuality(_PLAIN, 0.10),
    Quality.BALANCED: DemucsQuality(_PLAIN, 0.25),
    Quality.STUDIO: DemucsQuality(_BEST, 0.50),
}
ONE_SPECIALIST = "htdemucs_ft"
"""For one stem, its specialist costs what the plain model costs, and is better: preferred from "balanced" on."""
SIX_STEMS = "htdemucs_6s"
