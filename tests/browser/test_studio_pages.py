"""Every page of the shell in a real browser: whole, accessible in both themes, fit for a phone and for the keyboard."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from tests.browser import studio_server
from tests.browser.chromium import needs, violations
from tests.browser.mixer_server import served

pytestmark = needs()
DESK, PHONE, SMALL = {"width": 1366, "height": 860}, {"width": 390, "height": 844}, {"width": 360, "height": 640}
ADMIN = ("models", "work", "items", "people", "storage", "logs", "settings", "backups", "doctor")
PAGES = (
    "/", "/add", "/queue", "/library", "/library?key=8A", "/library?whose=shared", "/library/artists",
    "/songs/s1/details", "/account", "/account/look", "/account/security", "/account/keys", "/account/activity",
    "/account/webhooks", "/account/sessions",
    "/admin", *(f"/admin/{tab}" for tab in ADMIN), "/nothing/here", "/sign-up", "/hear/word",
)  # fmt: skip


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return studio_server.application()


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.fixture
def opened(browser: Any, address: str, app: FastAPI) -> Iterator[Any]:
    """Open a page in a fresh browser profile; anything the page throws fails the test."""
    contexts: list[Any] = []
    thrown: list[str] = []
    app.state.signed_in, app.state.is_new = True, False

    def open_page(path: str, size: dict[str, int] = DESK, theme: str = "dark", **more: Any) -> Any:
        context = browser.new_context(viewport=size, color_scheme=theme, service_workers="block", **more)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: thrown.append(f"{path}: {error}"))
        page.goto(address + path)
        page.get_by_role("heading", level=1).first.wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert thrown == []


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_no_page_has_an_accessibility_violation(opened: Any, theme: str, address: str) -> None:
    page = opened(PAGES[0], theme=theme)
    found = {}
    for path in PAGES:
        page.goto(address + path)
        page.get_by_role("heading", level=1).first.wait_for()
        if wrong := violations(page):
            found[path] = wrong

    assert found == {}


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("path", ["/sign-in", "/welcome"])
def test_the_way_in_is_accessible_and_fits_a_phone(opened: Any, app: FastAPI, path: str, theme: str) -> None:
    app.state.signed_in, app.state.is_new = False, path == "/welcome"

    page = opened(path, PHONE, theme)

    assert page.url.endswith(path)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_no_page_asks_for_the_same_thing_again_and_again(opened: Any, address: str) -> None:
    page = opened(PAGES[0])
    asked: Counter[str] = Counter()
    page.on("request", lambda request: asked.update([f"{page.url} asks {request.url}"]))
    for path in PAGES:
        page.goto(address + path)
        page.get_by_role("heading", level=1).first.wait_for()
        page.wait_for_timeout(250)

    assert {what: count for what, count in asked.items() if count > 3} == {}


def test_every_page_fits_the_smallest_phone(opened: Any, address: str) -> None:
    page = opened(PAGES[0], SMALL, has_touch=True)
    wide = {}
    for path in PAGES:
        page.goto(address + path)
        page.get_by_role("heading", level=1).first.wait_for()
        page.wait_for_function("() => !document.querySelector('.skeleton')")
        width = page.evaluate(
            "Math.max(...[...document.querySelectorAll('html, [data-scroller]')].map((e) => e.scrollWidth))"
        )
        if width > SMALL["width"]:
            wide[path] = width

    assert wide == {}


def test_the_menu_of_a_phone_is_at_the_thumb(opened: Any) -> None:
    page = opened("/library", PHONE)

    box = page.get_by_role("navigation", name="Main menu").bounding_box()

    assert box["y"] + box["height"] == pytest.approx(PHONE["height"], abs=1)
    assert box["height"] < 90


def test_a_hundred_thousand_songs_are_a_few_rows(opened: Any) -> None:
    page = opened("/library")
    rows = page.get_by_role("list", name="Songs").get_by_role("listitem")
    rows.first.wait_for()

    assert rows.count() < 60
    assert page.get_by_text("100,000 songs").is_visible()

    page.locator("[data-scroller]").evaluate("(page) => (page.scrollTop = page.scrollHeight * 0.7)")
    page.get_by_text("Song 70000", exact=True).wait_for()

    assert rows.count() < 60


def test_typing_over_a_hundred_thousand_songs_paints_at_once(opened: Any) -> None:
    page = opened("/library")
    page.get_by_text("Song 0", exact=True).wait_for()
    page.evaluate(
        """() => {
          window.slow = [];
          const note = (list) => list.getEntries().forEach((entry) => window.slow.push(Math.round(entry.duration)));
          new PerformanceObserver(note).observe({ type: 'event', durationThreshold: 16, buffered: true });
        }"""
    )

    page.get_by_label("Search the library").press_sequentially("song 1", delay=40)
    page.get_by_text("7 songs").wait_for()
    for _ in "song 1":
        page.keyboard.press("Backspace")  # typing goes on where it was: the search keeps the focus
    page.get_by_text("100,000 songs").wait_for()
    page.keyboard.type("song 1")
    page.get_by_text("7 songs").wait_for()

    print("slow interactions (ms):", page.evaluate("window.slow"))
    assert re.search(r"[?&]q=song", page.url)


def test_hostile_titles_stay_text(opened: Any) -> None:
    page = opened("/library")

    page.get_by_text(studio_server.HOSTILE).first.wait_for()

    assert page.title() == "Library · Harmonix"
    assert page.locator("img[src='x']").count() == 0


def test_a_page_is_reached_by_keyboard_alone(opened: Any) -> None:
    page = opened("/")
    page.get_by_text("Recently added").wait_for()

    page.keyboard.press("g")
    page.keyboard.press("q")
    page.get_by_role("heading", level=1, name="Queue").wait_for()
    page.keyboard.press("Control+k")
    page.keyboard.type("acc")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Account").wait_for()
    page.keyboard.press("?")

    assert page.get_by_role("dialog", name="Keyboard").is_visible()
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog", name="Keyboard").count() == 0


def test_arrow_keys_walk_the_library(opened: Any) -> None:
    page = opened("/library")
    page.get_by_text("Song 0", exact=True).wait_for()
    page.locator("a.names").first.focus()

    page.keyboard.press("ArrowDown")
    second = place_in_focus(page)
    page.keyboard.press("End")
    page.get_by_text("Song 99999", exact=True).wait_for()

    assert (second, place_in_focus(page)) == ("1", "99999")


def test_keys_pressed_before_the_rows_are_there_are_not_lost(opened: Any) -> None:
    page = opened("/library")
    page.get_by_text("Song 0", exact=True).wait_for()
    page.locator("a.names").first.focus()

    page.evaluate(
        """() => {
          const press = (key) => new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
          ['End', 'PageUp', 'ArrowUp'].forEach((key) => document.activeElement.dispatchEvent(press(key)));
        }"""
    )
    page.get_by_text("Song 99988", exact=True).wait_for()

    assert place_in_focus(page) == "99988"


def test_an_open_menu_is_never_handed_to_another_song(opened: Any) -> None:
    page = opened("/library")
    page.get_by_role("button", name="More for Song 1", exact=True).click()
    page.get_by_role("menu", name="More for Song 1").wait_for()

    page.locator("[data-scroller]").evaluate("(page) => (page.scrollTop = page.scrollHeight * 0.7)")
    page.get_by_text("Song 70000", exact=True).wait_for()

    assert page.get_by_role("menu").count() == 0


def place_in_focus(page: Any) -> str | None:
    """Where in the list the focus is, once it has settled."""
    page.wait_for_timeout(300)
    found: str | None = page.evaluate("document.activeElement.closest('[data-place]')?.dataset.place ?? null")
    return found


def test_a_deleted_song_comes_back_with_undo_and_is_never_deleted(opened: Any, app: FastAPI) -> None:
    app.state.deleted.clear()
    page = opened("/library")
    page.get_by_role("button", name="More for Song 1", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("Delete|Remove")).click()
    page.get_by_text("Song 1", exact=True).wait_for(state="detached")

    page.get_by_role("button", name="Undo").click()

    page.get_by_text("Song 1", exact=True).wait_for()
    assert app.state.deleted == []


def test_what_is_in_the_library_says_so_before_the_button_is_pressed(opened: Any) -> None:
    page = opened("/add")
    page.get_by_label("Paste a link, or search YouTube").fill("https://youtu.be/abcdefghijk")
    page.get_by_role("button", name="Add", exact=True).click()

    page.get_by_text("A Video").wait_for()
    page.get_by_title("Already in the library: instant").wait_for()
    assert page.get_by_text("Instant: all of it is in the library already.").is_visible()

    page.get_by_role("button", name="Start 1 song").click()
    page.get_by_role("link", name="Ready").wait_for()


def test_a_dropped_folder_is_sorted_before_it_is_sent(opened: Any) -> None:
    page = opened("/library")
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(['x'], 'Ada - Tide.mp3', { type: 'audio/mpeg' }));
          data.items.add(new File(['x'], 'cover.jpg', { type: 'image/jpeg' }));
          const drop = { dataTransfer: data, bubbles: true, cancelable: true };
          window.dispatchEvent(new DragEvent('drop', drop));
        }"""
    )

    page.get_by_role("heading", level=1, name="Add").wait_for()

    assert page.get_by_text("Ada - Tide", exact=True).is_visible()
    assert page.get_by_text("1 file was not music and stayed out.").is_visible()


def test_a_failed_song_says_why_and_what_to_do(opened: Any) -> None:
    page = opened("/queue")

    page.get_by_text("YouTube wants a sign-in for this video. Upload the file instead.").wait_for()
    bar = page.get_by_role("progressbar", name="Progress of Song one")
    assert bar.get_attribute("aria-valuenow") == "47"
    assert page.get_by_text("1–2 min left").is_visible()


def test_a_login_that_ends_in_the_middle_of_an_edit_loses_nothing(opened: Any, app: FastAPI) -> None:
    page = opened("/account")
    page.get_by_label("About you").fill("half a sentence")
    app.state.signed_in = False
    page.evaluate("document.activeElement.blur()")

    # Any answer of the server that nobody is signed in any more brings the question.
    page.route("**/api/account", lambda route: route.fulfill(status=401, json={"detail": "Sign in first."}))
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("dialog", name="You were signed out").wait_for()
    page.get_by_label(re.compile("Password")).fill("right")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("dialog").wait_for(state="detached")

    assert page.get_by_label("About you").input_value() == "half a sentence"


def test_german_is_a_whole_language(opened: Any) -> None:
    page = opened("/account/look")
    page.get_by_role("radio", name="Deutsch").check(force=True)

    page.get_by_role("heading", level=1, name="Konto").wait_for()
    page.reload()

    page.get_by_role("heading", level=1, name="Konto").wait_for()
    assert page.locator("html").get_attribute("lang") == "de"


def test_the_studio_works_under_a_path_prefix(browser: Any) -> None:
    inner, outer = studio_server.application(), FastAPI()
    prefixed = FastAPI()
    for route in inner.router.routes[:-1]:
        prefixed.router.routes.append(route)
    studio_server.static_files.mount(prefixed, "/music")
    inner.state.signed_in = True
    outer.mount("/music", prefixed)
    with served(outer) as address:
        page = browser.new_page()
        page.goto(f"{address}/music/library")
        page.get_by_text("Song 0", exact=True).wait_for()
        page.get_by_role("link", name="Queue").click()
        page.get_by_role("heading", level=1, name="Queue").wait_for()

        assert page.url == f"{address}/music/queue"
        page.close()


def test_without_a_network_the_studio_opens_and_no_answer_is_stale(browser: Any, address: str, app: FastAPI) -> None:
    app.state.signed_in, app.state.is_new = True, False
    context = browser.new_context(locale="en")
    page = context.new_page()
    page.goto(f"{address}/queue")
    page.get_by_role("progressbar", name="Progress of Song one").wait_for()
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.reload()
    page.get_by_role("progressbar", name="Progress of Song one").wait_for()

    context.set_offline(True)
    page.reload()

    page.get_by_role("navigation", name="Main menu").wait_for()
    assert page.get_by_role("progressbar").count() == 0
    context.set_offline(False)
    page.get_by_role("progressbar", name="Progress of Song one").wait_for()
    kept = page.evaluate(
        """async () => {
          const lists = (await caches.keys()).map(async (name) => (await caches.open(name)).keys());
          return (await Promise.all(lists)).flat().map((request) => new URL(request.url).pathname);
        }"""
    )
    assert not [path for path in kept if not path.startswith("/assets/") and path != "/"]
    context.close()
