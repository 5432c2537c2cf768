"""When things go wrong around somebody who is working: nothing typed is lost, and a sentence says what happened."""

from typing import Any

import pytest

from tests.browser.chromium import needs
from tests.browser.conftest import House
from tests.browser.furnished import HOSTILE, sign_in
from tests.studios import PASSWORD

pytestmark = needs()


@pytest.fixture
def page(visitor: Any) -> Any:
    """Somebody who has signed in."""
    sign_in(visitor)
    visitor.get_by_text("Recently added").wait_for()
    return visitor


def edit_words(page: Any, house: House, text: str) -> Any:
    page.goto(f"{house.address}/songs/{house.songs[1]}/words?edit=1")
    page.get_by_role("button", name="Paste text").wait_for()
    if not page.get_by_role("dialog").count():
        page.get_by_role("button", name="Paste text").click()
    page.get_by_role("dialog").get_by_label("Write or paste the words").fill(text)
    page.get_by_role("button", name="Put in without times").click()
    return page.get_by_label("Line 1", exact=True)


def test_a_server_that_is_gone_is_said_and_an_edit_waits_for_it(page: Any, house: House) -> None:
    line = edit_words(page, house, "Written while the server was gone")
    gone = "**/api/**"
    page.route(gone, lambda route: route.abort())
    page.get_by_role("button", name="Save", exact=True).click()

    page.get_by_text("The server does not answer").first.wait_for()
    assert line.input_value() == "Written while the server was gone"

    page.unroute(gone)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Words saved.").wait_for()
    page.get_by_text("The server does not answer").wait_for(state="detached")


def test_a_login_that_ends_in_the_middle_of_the_words_is_made_again_in_place(page: Any, house: House) -> None:
    line = edit_words(page, house, "Written after the login had ended")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save", exact=True).click()

    dialog = page.get_by_role("dialog", name="You were signed out")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Go on").click()
    dialog.wait_for(state="hidden")

    assert line.input_value() == "Written after the login had ended"
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Words saved.").wait_for()


def test_hostile_titles_words_and_sections_stay_text_everywhere(page: Any, house: House) -> None:
    song = house.songs[1]
    edit_words(page, house, HOSTILE)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Words saved.").wait_for()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)

    for path in ("/", "/library", "/library/artists", "/admin/items", f"/songs/{song}", f"/songs/{song}/details"):
        page.goto(house.address + path)
        page.get_by_text(HOSTILE).first.wait_for()
        assert page.title() not in {"1", "2"}
        assert page.locator("img[src='x'], script:not([src])").count() == 0
    page.goto(f"{house.address}/songs/{song}/words?edit=1")
    assert page.get_by_label("Line 1", exact=True).input_value() == HOSTILE
    assert refused == []
