"""Two people play one song in two browsers: no sound is sent, each plays it from the own library, in step."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import launched, needs, violations
from tests.browser.together import arrives, plays_along, shares, stems_heard, studio_with_a_song, until_hears

pytestmark = needs(600)


@pytest.fixture
def people(tmp_path: Path) -> Iterator[tuple[Any, Any, str, str]]:
    """Anna's page, bob's page, the studio's address, and the id of anna's song."""
    with studio_with_a_song(tmp_path) as (address, song), launched() as browser:
        yield arrives(browser, address, "anna"), arrives(browser, address, "bob"), address, song


def test_everybody_plays_in_step_without_the_own_instrument(people: tuple[Any, Any, str, str]) -> None:
    anna, bob, address, song = people
    code = shares(anna, address, song)
    plays_along(bob, address, code)

    until_hears(bob, "vocals", "drums", "bass", "other")
    anna.get_by_role("dialog").get_by_text("bob").wait_for()
    anna.keyboard.press("Escape")
    assert violations(bob) == []

    bob.get_by_role("button", name="Vocals", pressed=False).click()
    until_hears(bob, "drums", "bass", "other")
    anna.get_by_role("button", name="Mute Drums").click()
    until_hears(bob, "bass", "other")
    anna.get_by_role("button", name="Mute Vocals").click()
    until_hears(anna, "bass", "other")
    anna.get_by_role("button", name="Mute Vocals").click()
    until_hears(anna, "vocals", "bass", "other")
    assert stems_heard(bob) == {"bass", "other"}

    anna.get_by_role("button", name="Pause", exact=True).first.click()
    until_hears(bob)
    bob.get_by_text("Paused by the sharer").wait_for()
    anna.get_by_role("button", name="Play", exact=True).first.click()
    until_hears(bob, "bass", "other")
    bob.locator("[aria-current=true]").get_by_text("The line of second").wait_for()

    anna.close()
    bob.get_by_text("The sharer is away", exact=True).wait_for()
    until_hears(bob)


def test_somebody_without_an_account_reads_along_and_is_told_how_to_play(people: tuple[Any, Any, str, str]) -> None:
    anna, bob, address, song = people
    code = shares(anna, address, song)
    bob.context.clear_cookies()

    bob.goto(f"{address}/listen/{code}")

    bob.locator("[aria-current=true]").get_by_text("The line of second").wait_for()
    assert (
        bob.get_by_role("link", name="Sign in to play along").get_attribute("href").endswith(f"next=%2Flisten%2F{code}")
    )
