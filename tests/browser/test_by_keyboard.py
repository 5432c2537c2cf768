"""The studio without a mouse: everything a musician does on an evening, on a real server, by keys alone."""

import re
from pathlib import Path
from typing import Any

import pytest

from harmonix_splitter.domain.demo import TITLE
from tests.browser import real_studio
from tests.browser.chromium import needs
from tests.browser.conftest import House
from tests.browser.furnished import NAME
from tests.browser.hands import Hands
from tests.browser.mixer_pages import until
from tests.studios import PASSWORD

pytestmark = needs()
PLAYS = "document.querySelector('button.play').getAttribute('aria-label') === 'Pause'"


@pytest.fixture
def hands(visitor: Any) -> Hands:
    return Hands(visitor)


def test_a_whole_evening_by_keyboard_alone(hands: Hands, tmp_path: Path) -> None:
    sign_in(hands)
    add_a_song(hands, real_studio.write_song(tmp_path))
    find_it_in_the_library(hands)
    practise(hands)
    put_words_right(hands)
    go_elsewhere_by_name(hands)

    assert hands.unseen == []


def sign_in(hands: Hands) -> None:
    hands.reach("textbox", re.compile("Name"))
    hands.type(NAME)
    hands.tab()
    hands.type(PASSWORD)
    hands.press("Enter")
    hands.page.get_by_text("Recently added").wait_for()


def add_a_song(hands: Hands, song: Path) -> None:
    hands.press("g", "a")
    hands.page.get_by_role("heading", level=1, name="Add").wait_for()
    hands.page.on("filechooser", lambda chooser: chooser.set_files(song))
    hands.reach("button", "Choose files")
    hands.press("Enter")
    hands.page.get_by_text(real_studio.SONG, exact=True).first.wait_for()
    hands.reach("radio", "Balanced")
    hands.press("ArrowLeft")
    hands.reach("button", re.compile("Start 1 song"), key="Tab")
    hands.press("Enter")
    hands.reach("link", "See the queue")
    hands.press("Enter")
    hands.page.get_by_role("heading", level=1, name="Queue").wait_for()
    hands.reach("button", "Cancel")
    hands.press("Enter")
    hands.page.get_by_role("button", name="Try again").first.wait_for()


def find_it_in_the_library(hands: Hands) -> None:
    """A menu opens on its first line, gives the focus back, and leads on; so does a search."""
    hands.press("g", "l")
    hands.page.get_by_role("heading", level=1, name="Library").wait_for()
    hands.press("/")
    hands.type("lanterns")
    # Rows that go away while one walks through them would take a menu that was just opened along.
    hands.page.get_by_role("button", name=re.compile("^More for (?!Lanterns)")).first.wait_for(state="detached")
    more = hands.reach("button", f"More for {TITLE}")
    hands.press("Enter")
    hands.page.locator("[role=menuitem]:focus").wait_for()
    hands.press("Escape")
    assert more.and_(hands.page.locator(":focus")).count() == 1
    hands.reach("link", re.compile(TITLE), key="Shift+Tab")
    hands.press("Enter")
    hands.page.get_by_role("heading", level=1, name=TITLE).wait_for()


def practise(hands: Hands) -> None:
    hands.page.get_by_role("button", name="Play", exact=True).first.wait_for()
    hands.press("Space")
    until(hands.page, PLAYS)
    hands.press("ArrowRight", "l", "2", "-", "Space")
    until(hands.page, f"!({PLAYS})")
    assert hands.page.get_by_role("button", name="Mute Drums").get_attribute("aria-pressed") == "true"
    assert hands.page.get_by_role("slider", name="Tempo", exact=True).input_value() == "0.95"
    slider = hands.reach("slider", "Tempo")
    hands.press("ArrowRight")
    assert slider.input_value() == "0.96"
    download = hands.reach("button", "Download")
    hands.press("Enter")
    hands.reach("link", "This mix", most=3)
    hands.press("Escape")
    assert download.and_(hands.page.locator(":focus")).count() == 1
    hands.press("?")
    dialog = hands.page.get_by_role("dialog", name="Keyboard")
    dialog.wait_for()
    hands.press("Escape")
    dialog.wait_for(state="hidden")
    assert download.and_(hands.page.locator(":focus")).count() == 1


def put_words_right(hands: Hands) -> None:
    hands.reach("link", "Words", key="Shift+Tab")
    hands.press("Enter")
    hands.reach("button", "Write or paste the words")
    hands.press("Enter")
    dialog = hands.page.get_by_role("dialog")
    dialog.wait_for()
    hands.reach("textbox", re.compile("Write or paste"), most=4, exact=False)
    hands.type("Evening falls upon the river")
    hands.reach("button", "Put in without times", most=6)
    hands.press("Enter")
    dialog.wait_for(state="hidden")
    hands.reach("textbox", "Line 1")
    hands.press("End")
    hands.type("bed")
    hands.press("Control+s")
    hands.page.get_by_text("Words saved.").wait_for()


def go_elsewhere_by_name(hands: Hands) -> None:
    hands.press("Control+k")
    hands.page.get_by_role("combobox", name="Search").wait_for()
    hands.type("account")
    hands.press("Enter")
    hands.page.get_by_role("heading", level=1, name="Account").wait_for()
    hands.reach("link", "Look")
    hands.press("ArrowRight")
    hands.page.get_by_role("link", name="Security").and_(hands.page.locator("[aria-current=page]")).wait_for()


PAGES = ("/add", "/library?key=8A", "/songs/{id}", "/songs/{id}/words?edit=1")


def test_no_place_holds_the_keyboard(hands: Hands, house: House) -> None:
    sign_in(hands)
    held = []
    for path in PAGES:
        hands.page.goto(house.address + path.format(id=house.songs[0]))
        hands.page.locator("main h1:not(.only-heard)").wait_for()
        hands.press("Escape")
        if not hands.goes_round():
            held.append(f"{path}: {hands.focused()}")

    assert held == []
    assert hands.unseen == []
