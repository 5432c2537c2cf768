"""Which files answer a recipe."""

import pytest

from harmonix_splitter.domain.separation import Mode, Offer, Recipe, StemPlan, all_stems, stem_plan

FOUR = Offer("e", "m", ("vocals", "drums", "bass", "other"), sums=True)
DEMUCS = Offer("d", "m", ("drums", "bass", "other", "vocals"))
VOCALS = Offer("o", "v", ("vocals",))
BACKING = Offer("o", "i", ("instrumental",))


@pytest.mark.parametrize(
    ("recipe", "offer", "plan"),
    [
        (Recipe(Mode.KARAOKE), FOUR, StemPlan(("vocals",), "instrumental", ("vocals",))),
        (Recipe(Mode.KARAOKE), VOCALS, StemPlan(("vocals",), "instrumental", ("vocals",))),
        (Recipe(Mode.KARAOKE), BACKING, StemPlan(("instrumental",), "vocals", ("instrumental",))),
        (Recipe(Mode.KARAOKE, stems=("Drums",)), DEMUCS, StemPlan(("drums",), "no_drums", ("drums",))),
        (Recipe(Mode.KARAOKE, stems=("guitar",)), DEMUCS, None),
        (Recipe(), DEMUCS, StemPlan(("drums", "bass", "other", "vocals"))),
        (Recipe(), FOUR, StemPlan(("vocals", "drums", "bass"), "other", ("vocals", "drums", "bass"))),
        (Recipe(), VOCALS, None),
        (
            Recipe(Mode.PER_INSTRUMENT, stems=("bass", "no_vocals")),
            DEMUCS,
            StemPlan(("bass",), "instrumental", ("vocals",)),
        ),
        (Recipe(Mode.PER_INSTRUMENT, stems=("guitar",)), DEMUCS, None),
        (Recipe(Mode.PER_INSTRUMENT, stems=("other",)), FOUR, StemPlan((), "other", ("vocals", "drums", "bass"))),
    ],
)
def test_plans_the_files_of_each_recipe(recipe: Recipe, offer: Offer, plan: StemPlan | None) -> None:
    assert stem_plan(recipe, offer) == plan


def test_an_engine_computes_only_what_the_files_need() -> None:
    assert StemPlan(("bass",), "instrumental", ("vocals",)).needed == ("bass", "vocals")


def test_knows_everything_the_engines_here_can_make() -> None:
    assert all_stems([VOCALS, DEMUCS]) == ("vocals", "drums", "bass", "other", "instrumental")
