"""The mixer, chords and words pages: by keyboard, on a phone, in both themes, with axe."""

from typing import Any

import pytest

from tests.browser.chromium import needs, violations
from tests.browser.mixer_pages import address, open_page, until
from tests.browser.mixer_server import DEMO

__all__ = ["address"]
pytestmark = needs()
PAGES = {
    "stems": f"/songs/{DEMO}?bars=13-16",
    "chords": f"/songs/{DEMO}?view=chords",
    "words": f"/songs/{DEMO}/words",
    "editor": f"/songs/{DEMO}/words?edit=1",
}
DESK, PHONE = (1440, 950), (390, 844)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browser: Any, address: str, name: str, theme: str) -> None:
    page = open_page(browser, address + PAGES[name], DESK if theme == "dark" else PHONE, theme)
    page.wait_for_timeout(800)

    assert violations(page) == []
    page.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone_without_scrolling_sideways(browser: Any, address: str, name: str) -> None:
    page = open_page(browser, address + PAGES[name], PHONE, "light")
    page.wait_for_timeout(500)

    widest = page.evaluate(
        "Math.max(...[document.documentElement, ...document.querySelectorAll('.page')].map((e) => e.scrollWidth))"
    )

    assert widest <= PHONE[0]
    page.context.close()


SEEN = """(name) => {
  const [seen, box] = ['[data-scroller]', name].map((each) => document.querySelector(each).getBoundingClientRect());
  return { isInside: box.top >= seen.top && box.left >= seen.left && box.right <= seen.right,
    isWhole: box.bottom <= seen.bottom };
}"""


@pytest.mark.parametrize("size", [DESK, PHONE, (360, 640)])
def test_the_list_of_downloads_opens_where_it_is_seen(browser: Any, address: str, size: tuple[int, int]) -> None:
    page = open_page(browser, f"{address}/songs/{DEMO}", size, "dark")
    download = page.get_by_role("button", name="Download", exact=True)
    download.scroll_into_view_if_needed()

    download.click()
    page.get_by_role("link", name="This mix").wait_for()

    seen = page.evaluate(SEEN, ".drop > div")
    assert seen["isInside"] and seen["isWhole"]
    page.context.close()


def test_on_a_phone_the_first_waveform_is_seen_without_scrolling(browser: Any, address: str) -> None:
    page = open_page(browser, f"{address}/songs/{DEMO}", PHONE, "dark")

    page.locator("canvas").first.wait_for()

    until(page, f"({SEEN})('canvas').isWhole")
    assert page.evaluate(SEEN, "canvas")["isInside"]
    page.context.close()


def test_a_song_is_practised_by_keyboard_alone(browser: Any, address: str) -> None:
    page = open_page(browser, address + f"/songs/{DEMO}", DESK, "dark")
    keys = page.keyboard
    playing = "document.querySelector('button.play').getAttribute('aria-label') === 'Pause'"

    keys.press("Space")
    until(page, playing)
    keys.press("ArrowRight")
    keys.press("2")
    keys.press("l")
    keys.press("-")
    until(page, "document.querySelector('[data-stem=drums] button').getAttribute('aria-pressed') === 'true'")
    keys.press("Space")
    until(page, f"!({playing})")

    assert page.get_by_role("slider", name="Loop from here").count() == 1
    assert "95 %" in page.locator(".speed").inner_text()
    page.context.close()


def test_a_link_brings_back_bars_tempo_and_what_is_off(browser: Any, address: str) -> None:
    page = open_page(browser, address + f"/songs/{DEMO}?bars=17-24&tempo=80&off=bass", DESK, "dark")

    said = page.locator(".transport").inner_text()

    assert "Bars 17–24" in said
    assert page.get_by_role("button", name="Mute Bass").get_attribute("aria-pressed") == "true"
    assert page.get_by_role("slider", name="Tempo", exact=True).input_value() == "0.8"
    page.context.close()


def test_the_music_goes_on_while_one_browses(browser: Any, address: str) -> None:
    page = open_page(browser, address + f"/songs/{DEMO}", DESK, "dark")
    page.get_by_role("button", name="Play", exact=True).first.click()
    until(page, "document.querySelector('button.play').getAttribute('aria-label') === 'Pause'")

    page.get_by_role("link", name="Library").first.click()
    page.wait_for_timeout(300)
    place = float(page.get_by_role("slider", name="Position").input_value())
    page.wait_for_timeout(1500)

    assert float(page.get_by_role("slider", name="Position").input_value()) > place + 0.5
    page.context.close()


COUNTED = """(() => {
  const contexts = (window.contexts = []);
  window.AudioContext = class extends AudioContext {
    constructor(...how) {
      super(...how);
      contexts.push(this);
    }
  };
})();"""


def test_a_song_that_cannot_be_opened_leaves_no_audio_thread_behind(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.add_init_script(COUNTED)
    page.route("**/analysis**", lambda route: route.fulfill(status=500, json={"detail": "No."}))

    page.goto(f"{address}/songs/{DEMO}")
    page.get_by_role("button", name="Try again").wait_for()
    until(page, "window.contexts.length === 1 && window.contexts[0].state === 'closed'")
    page.unroute("**/analysis**")
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("button", name="Play", exact=True).first.click()
    until(page, "document.querySelector('button.play').getAttribute('aria-label') === 'Pause'")

    assert page.evaluate("window.contexts.map((one) => one.state)") == ["closed", "running"]
    page.close()


def test_a_chord_is_put_right_with_two_clicks_and_taken_back_with_one(browser: Any, address: str) -> None:
    page = open_page(browser, address + f"/songs/{DEMO}?view=chords", DESK, "dark")

    chord = page.locator("ol li").nth(5)
    before = chord.inner_text()

    chord.get_by_role("button", name="Correct").click()
    page.get_by_role("dialog").get_by_role("button", name="Am", exact=True).click()
    chord.get_by_role("button", name="Correct Am").wait_for()
    corrected = chord.inner_text()
    page.get_by_role("button", name="Undo").click()
    chord.get_by_role("button", name="Correct Am").wait_for(state="detached")

    assert "Am" in corrected
    assert chord.inner_text() == before
    page.context.close()


def test_an_edit_survives_a_closed_page_and_a_conflict_is_shown(browser: Any, address: str) -> None:
    page = open_page(browser, address + PAGES["editor"], DESK, "dark")
    line = page.get_by_role("textbox", name="Line 2", exact=True)
    line.fill("Lanterns drifting very slow")
    line.press("Tab")
    page.wait_for_timeout(600)

    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    back = page.get_by_role("textbox", name="Line 2", exact=True)
    back.wait_for()
    assert back.input_value() == "Lanterns drifting very slow"

    page.evaluate(
        """async () => { const path = '/api/songs/demo/lyrics'; const now = await fetch(path);
        const theirs = await now.json(); theirs.lines[0].text = 'Their first line';
        await fetch(path, { method: 'PUT', body: JSON.stringify(theirs),
          headers: { 'content-type': 'application/json', 'if-match': now.headers.get('etag') } }); }"""
    )
    page.get_by_role("button", name="Save", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Their first line").wait_for()
    dialog.get_by_role("button", name="Keep mine").click()

    page.get_by_text("Not saved yet").wait_for(state="detached")
    page.context.close()


def test_words_are_timed_by_a_job_compared_and_taken_back(browser: Any, address: str) -> None:
    page = open_page(browser, address + PAGES["editor"], DESK, "light")
    lanes = page.get_by_role("region", name="Where the words come from")
    lanes.get_by_role("button", name="Time these words").click()
    lanes.get_by_text("Listening to the vocals").wait_for()
    lanes.get_by_text("Listening to the vocals").wait_for(state="detached")

    lanes.get_by_role("button", name="Versions (").click()
    dialog = page.get_by_role("dialog")
    first = dialog.get_by_role("button", name="Version 1", exact=False)
    first.click()
    dialog.get_by_text("other").first.wait_for()
    dialog.get_by_role("button", name="Go back to this version").click()

    dialog.wait_for(state="hidden")
    page.get_by_text("fetched").nth(1).wait_for()
    assert page.get_by_text("aligned", exact=True).count() == 0
    page.context.close()
