"""The instruments the studio lets one filter by are those we listen for."""

import re
from pathlib import Path

from harmonix_splitter.domain.analysis import INSTRUMENTS

CATALOGUE = Path(__file__).parents[2] / "web" / "src" / "library" / "instruments.ts"


def test_the_filter_offers_every_instrument_in_each_language_and_no_other() -> None:
    text = CATALOGUE.read_text(encoding="utf-8")

    offered = [set(re.findall(r"^  (\w+):", part, re.M)) for part in re.findall(r"= \{\n(.*?)\};", text, re.DOTALL)]

    assert offered == [set(INSTRUMENTS)] * 2
