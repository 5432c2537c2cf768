"""A whole evening in real browsers on a real server: set up, add, listen, put words right, sing, share."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import real_studio
from tests.browser.chromium import launched, needs
from tests.browser.mixer_pages import until
from tests.browser.real_studio import EAR, SONG, hears_something

pytestmark = needs(900)
PATIENCE_MS = 180_000


class Evening:
    """Who is there: each with a browser profile of their own."""

    def __init__(self, browser: Any, address: str) -> None:
        self.browser, self.address = browser, address
        self.thrown: list[str] = []

    def arrives(self, path: str, width: int = 1366, height: int = 860) -> Any:
        context = self.browser.new_context(viewport={"width": width, "height": height}, locale="en")
        context.add_init_script(EAR)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: self.thrown.append(f"{path}: {error}"))
        page.goto(self.address + path)
        return page


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    with real_studio.serving(tmp_path / "data") as address, launched() as browser:
        yield Evening(browser, address)


def test_an_evening_from_the_first_start_to_a_shared_song(evening: Evening, tmp_path: Path) -> None:
    host = evening.arrives("/")

    set_up(host)
    add(host, real_studio.write_song(tmp_path))
    listen(host)
    put_words_right(host, real_studio.write_words(tmp_path))
    sing(host, evening)
    share(host, evening)
    give_a_link(host, evening)

    assert evening.thrown == []


def set_up(host: Any) -> None:
    host.get_by_label("Name", exact=False).first.fill("mika")
    host.get_by_label("Password").fill("a short sentence")
    host.get_by_role("button", name="Create administrator").click()
    host.get_by_role("button", name="Next").click()
    host.get_by_role("link", name="Add a song").click()


def add(host: Any, song: Path) -> None:
    host.get_by_label("Choose files").set_input_files(song)
    host.get_by_role("radio", name="Draft").check()
    cut = cut_once(host)
    host.get_by_role("button", name="Start 1 song").click()
    host.get_by_role("link", name="See the queue").click()
    bar = host.get_by_role("progressbar", name=f"Progress of {SONG}")
    bar.wait_for()
    assert len(cut) == 1
    host.get_by_role("link", name="Open").click(timeout=PATIENCE_MS)
    host.get_by_role("heading", level=1, name=SONG).wait_for()


def cut_once(host: Any) -> list[str]:
    """The connection breaks once in the middle of a file."""
    cut: list[str] = []

    def pass_on(route: Any) -> None:
        if cut or "offset=0" in route.request.url:
            route.continue_()
        else:
            cut.append(route.request.url)
            route.abort()

    host.route("**/api/uploads/*?offset=*", pass_on)
    return cut


def listen(host: Any) -> None:
    assert host.evaluate("window.ear.loudest") == 0
    host.get_by_role("button", name="Play", exact=True).first.click()
    hears_something(host)
    host.get_by_role("button", name="Pause", exact=True).first.click()


def put_words_right(host: Any, words: Path) -> None:
    host.get_by_role("link", name="Words", exact=True).click()
    host.get_by_role("button", name="Write or paste the words").click()
    host.keyboard.press("Escape")
    host.get_by_text("Files", exact=True).click()
    host.get_by_label("Open a file").set_input_files(words)
    line = host.get_by_label("Line 1", exact=True)
    line.fill("Evening falls upon the valley")
    line.press("Tab")
    host.get_by_role("button", name="Save", exact=True).click()
    host.get_by_text("Words saved.").wait_for()


def sing(host: Any, evening: Evening) -> None:
    host.get_by_role("link", name="Party").click()
    host.get_by_role("button", name="Open a room").click()
    code = re.search(r"\b[A-Z0-9]{4,8}\b", host.locator(".code").inner_text())[0]
    phone = evening.arrives(f"/join/{code}", 390, 844)
    phone.get_by_label("Your name").fill("Ann")
    phone.get_by_role("button", name="Join").click()
    phone.get_by_role("button", name=re.compile(f"I sing this.*{SONG}")).click()
    phone.get_by_text("You are on!").wait_for()

    stage = evening.arrives(f"/stage/{code}", 1280, 720)
    stage.get_by_role("heading", name=SONG).wait_for()
    stage.get_by_text("Evening falls upon the valley").first.wait_for()
    hears_something(stage)
    assert stage.get_by_text("Ann").first.is_visible()
    stage.context.close()
    phone.context.close()


def share(host: Any, evening: Evening) -> None:
    host.goto(f"{evening.address}/library")
    host.get_by_role("link", name=re.compile(SONG)).first.click()
    host.get_by_role("button", name="Play", exact=True).first.click()
    host.get_by_role("button", name=re.compile("Share")).first.click()
    dialog = host.get_by_role("dialog")
    dialog.get_by_role("button", name="Start sharing").click()
    code = re.search(r"\d{6}", dialog.locator(".code").inner_text())[0]

    friend = evening.arrives(f"/listen/{code}", 390, 844)
    friend.get_by_role("heading", name=SONG).wait_for()
    friend.get_by_role("button", name="Listen now").click()
    hears_something(friend)
    friend.context.close()


def give_a_link(host: Any, evening: Evening) -> None:
    """For somebody without an account, who never was here."""
    song = re.search(r"/songs/[^/?]+", host.url)
    assert song
    host.goto(f"{evening.address}{song[0]}/details")
    host.get_by_role("button", name="Make link").click()
    link = host.get_by_text("Send this link.").locator("xpath=following-sibling::code").inner_text()

    stranger = evening.arrives(link.removeprefix(evening.address), 390, 844)
    stranger.get_by_role("heading", name=SONG).wait_for()
    stranger.get_by_role("button", name="Play").click()
    until(stranger, "document.querySelector('audio').currentTime > 0.2")
    stranger.context.close()
