"""What the studio costs in a real browser: script before the first page, time to paint, time to sound, memory.

`python -m benchmarks.studio_pages [--only load paint sound]`; needs Chromium, Node and the built studio.
"""

import argparse
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.unwatched_page import UnwatchedPage, unwatched_page
from playwright.sync_api import sync_playwright
from tests.browser import furnished, studio_server
from tests.browser.chromium import FLAGS
from tests.browser.mixer_server import SIX, served
from tests.browser.real_studio import EAR, serving
from tests.studios import PASSWORD

ROOT = Path(__file__).parents[1]
RUNS = 5
MINUTES = 10.0
# Every press and key with the time to the next frame after it; the browser rounds to 8 ms.
WATCH = """() => {
  window.pressed = [];
  const note = (list) => list.getEntries().forEach((one) => one.interactionId && window.pressed.push(one.duration));
  new PerformanceObserver(note).observe({ type: 'event', durationThreshold: 16 });
}"""
SIGN_IN = f"""fetch('/api/auth/login', {{ method: 'POST', headers: {{ 'content-type': 'application/json' }},
  body: JSON.stringify({{ name: '{furnished.NAME}', password: '{PASSWORD}' }}) }}).then((answer) => answer.ok)"""
MOVED = """(() => {
  const slider = document.querySelector('input[aria-label="%s"]');
  slider.value = '%s';
  slider.dispatchEvent(new Event('input', { bubbles: true }));
})()"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=["load", "paint", "sound"], default=["load", "paint", "sound"])
    chosen = parser.parse_args().only
    if "load" in chosen:
        subprocess.run(["node", "tools/first_load.mjs"], cwd=ROOT / "web", check=True)
    with sync_playwright() as started:
        flags = [*FLAGS, "--js-flags=--expose-gc"]
        browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        if "paint" in chosen:
            paint(browser)
        if "sound" in chosen:
            sound(browser)
        browser.close()


def paint(browser: Any) -> None:
    """Interaction to next paint on a library of 100 000 songs."""
    with served(studio_server.application()) as address:
        page = browser.new_page(viewport={"width": 1366, "height": 860})
        page.goto(f"{address}/library")
        page.get_by_text("Song 0", exact=True).wait_for()
        page.evaluate(WATCH)
        count = walk_the_library(page)
        found = sorted(page.evaluate("window.pressed"))
        worst = found[-1] if found else 16.0
        over = sum(one > 100 for one in found)
        print(f"paint: {count} presses and keys on 100,000 songs; slowest {worst:.0f} ms, {over} over 100 ms")
        page.close()


def walk_the_library(page: Any) -> int:
    """Search, clear, filter by key, walk with the arrows, jump to both ends, open and close a menu."""
    search = page.get_by_label("Search the library")
    search.press_sequentially("song 1", delay=60)
    page.get_by_text("7 songs").wait_for()
    for _ in range(6):
        search.press("Backspace", delay=60)
    page.get_by_text("7 songs").wait_for(state="detached")
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("button", name="Am, 8A").click()
    page.get_by_role("button", name="Am, 8A").click()
    page.locator("a.names").first.focus()
    keys = ["ArrowDown"] * 20 + ["PageDown"] * 10 + ["End", "Home"]
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(60)
    more = page.get_by_role("button", name="More for Song 1", exact=True)
    more.click()
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    return 12 + 3 + len(keys) + 2


def sound(browser: Any) -> None:
    """From the press on a song of the library to its first sound; then the memory of ten minutes in six stems."""
    with tempfile.TemporaryDirectory() as folder:
        songs = furnished.furnish(Path(folder), furnished.long(MINUTES, SIX))
        with serving(Path(folder), HARMONIX_SERVER_WORKER_HERE="false") as address:
            context = browser.new_context(viewport={"width": 1366, "height": 860}, locale="en")
            context.add_init_script(EAR)
            page = context.new_page()
            page.goto(address)
            furnished.sign_in(page)
            page.get_by_text("Recently added").wait_for()
            for song in songs:
                times = [time_to_sound(page, f"{address}/library", song.facts.title) for _ in range(RUNS)]
                shown = ", ".join(f"{one:.0f}" for one in times)
                print(f"sound: {song.facts.title}: median {statistics.median(times):.0f} ms to sound ({shown})")
            context.close()
            memory(address, songs[-1].id)


def time_to_sound(page: Any, library: str, title: str) -> float:
    """Milliseconds from the press on a song's name, the mixer not loaded yet, with Play pressed once it is there."""
    page.goto(library)
    name = page.locator("a.names").filter(has_text=title).first
    name.wait_for()
    begin = page.evaluate("performance.now()")
    name.click()
    page.locator("button.play").click()
    while page.evaluate("window.ear.firstAt") is None:
        page.wait_for_timeout(10)
    return float(page.evaluate("window.ear.firstAt")) - float(begin)


def memory(address: str, song_id: str) -> None:
    """What the mixer adds to the memory of the page's process, with jumps and another tempo."""
    with unwatched_page() as page:
        page.go(f"{address}/sign-in")
        page.tell(SIGN_IN)
        page.go(f"{address}/library")
        time.sleep(2)
        before = page.megabytes()
        page.tell(f"history.pushState(null, '', '/songs/{song_id}'); dispatchEvent(new PopStateEvent('popstate'))")
        page.until("!!document.querySelector('button.play')")
        page.tell("document.querySelector('button.play').click()")
        page.until("document.querySelector('button.play').getAttribute('aria-label') === 'Pause'")
        held = [held_after_jump(page, turn) - before for turn in range(20)]
        print(f"memory: page before {before:.0f} MB; six stems of ten minutes add at most {max(held):.0f} MB")


def held_after_jump(page: UnwatchedPage, turn: int) -> float:
    """Megabytes two seconds after a jump to somewhere else; half-way the tempo changes, too."""
    page.tell(MOVED % ("Position", 27 * turn % 590))
    if turn == 10:
        page.tell(MOVED % ("Tempo", 0.8))
    time.sleep(2)
    return page.megabytes()


if __name__ == "__main__":
    main()
