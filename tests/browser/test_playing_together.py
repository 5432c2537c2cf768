"""Two people play one song in two browsers: no sound is sent, each plays it from the own library, in step."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import launched, needs, violations
from tests.browser.together import (
    OTHER_STEMS,
    arrives,
    arrives_over_plain_http,
    other_tones,
    plays_along,
    shares,
    stems_heard,
    studio_with_a_song,
    until_hears,
)

pytestmark = needs(600)
PLAIN = "studio.test"
"""Another machine as browsers see it: over plain HTTP it is no secure page, and may not mix by itself."""


@pytest.fixture
def people(tmp_path: Path) -> Iterator[tuple[Any, Any, str, str]]:
    """Anna's page, bob's page, the studio's address, and the id of anna's song."""
    plain = f"--host-resolver-rules=MAP {PLAIN} 127.0.0.1"
    with studio_with_a_song(tmp_path, other_tones()) as (address, song), launched(plain) as browser:
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


def test_another_song_goes_on_under_the_same_code_and_so_does_a_page_opened_again(
    people: tuple[Any, Any, str, str],
) -> None:
    anna, bob, address, song = people
    code = shares(anna, address, song)
    plays_along(bob, address, code)
    until_hears(bob, "vocals", "drums", "bass", "other")

    anna.keyboard.press("Escape")
    anna.get_by_role("link", name="Library").first.click()
    anna.get_by_role("link", name="Lullaby").first.click()
    anna.get_by_role("button", name="Play", exact=True).first.click()
    bob.get_by_role("heading", name="Lullaby").wait_for()
    until_hears(bob, "vocals", "bass", tones=OTHER_STEMS)
    assert stems_heard(bob) == set()

    anna.reload()
    bob.get_by_text("The sharer is away", exact=True).wait_for()
    anna.get_by_role("button", name="Play", exact=True).first.click()
    anna.get_by_role("button", name=re.compile("Share")).first.click()
    anna.get_by_role("button", name=f"Go on with {code}").click()
    until_hears(bob, "vocals", "bass", tones=OTHER_STEMS)
    assert anna.get_by_role("dialog").locator(".code").inner_text().endswith(code)


def test_over_plain_http_the_server_mixes_and_what_is_sent_is_heard(
    people: tuple[Any, Any, str, str],
) -> None:
    anna, bob, address, song = people
    code = shares(anna, address, song)
    network = address.replace("127.0.0.1", PLAIN)
    elsewhere = arrives_over_plain_http(bob.context.browser, network, "bob")
    plays_along(elsewhere, network, code)
    assert elsewhere.evaluate("isSecureContext") is False

    until_hears(elsewhere, "vocals", "drums", "bass", "other")
    elsewhere.get_by_role("button", name="Vocals", pressed=False).click()
    until_hears(elsewhere, "drums", "bass", "other")
    anna.keyboard.press("Escape")
    anna.get_by_role("button", name="Pause", exact=True).first.click()
    until_hears(elsewhere)
    anna.get_by_role("button", name="Play", exact=True).first.click()
    until_hears(elsewhere, "drums", "bass", "other")

    anna.get_by_role("slider", name="Position").last.press("Home")
    anna.get_by_role("button", name=re.compile("Share")).first.click()
    anna.get_by_role("button", name="Stop sharing").click()
    elsewhere.get_by_text("The session has ended").wait_for()
    anna.get_by_role("radio", name="The sound").check()
    anna.get_by_role("button", name="Start sharing").click()
    sound = anna.get_by_role("dialog").locator(".code").inner_text()[-6:]
    elsewhere.goto(f"{network}/listen/{sound}")
    elsewhere.get_by_role("button", name="Listen now").click()
    until_hears(elsewhere, "vocals", "drums", "bass", "other")
