"""A studio with a finished song and two people, and browsers that can tell which stems they hear."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harmonix_splitter.api.main import create_app
from harmonix_splitter.domain.accounts import Role
from harmonix_splitter.domain.sources import youtube
from tests.browser.mixer_server import served
from tests.songs_on_file import STEMS, Finished, put_on_file, sound
from tests.studios import PASSWORD, fresh_studio

PEOPLE = ("anna", "bob")
SECONDS = 90.0
LINES = "\n".join(f"[{second // 60:02}:{second % 60:02}.00]The line of second {second}" for second in range(0, 90, 3))

# What goes to the loudspeakers, from graphs and elements, also goes past analysers; what the page plays is not changed.
EAR = """(() => {
  const ears = new Set();
  window.loudness = (hertz) => Math.max(-999, ...[...ears].map((ear) => ear(hertz)));
  const earIn = (context, isHeard) => {
    const heard = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
    ears.add((hertz) => {
      const bins = new Float32Array(heard.frequencyBinCount);
      heard.getFloatFrequencyData(bins);
      const at = Math.round((hertz * heard.fftSize) / context.sampleRate);
      return isHeard() ? Math.max(...bins.slice(at - 2, at + 3)) : -999;
    });
    return heard;
  };
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...rest) {
    const { context } = this;
    if (to === context.destination && context instanceof AudioContext) {
      context.ear ??= earIn(context, () => context.state === 'running');
      connect.call(this, context.ear);
    }
    return connect.call(this, to, ...rest);
  };
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    if (!this.ear) {
      const context = new AudioContext();
      this.ear = earIn(context, () => !this.paused && !this.muted);
      this.addEventListener('playing', () => context.createMediaStreamSource(this.captureStream()).connect(this.ear));
    }
    return play.call(this);
  };
})();"""
AUDIBLE = -50.0


def tones() -> Finished:
    stems = {name: sound(hertz, SECONDS) for name, hertz in STEMS.items()}
    return Finished("Perfect", "Ed Sheeran", sound(330.0, SECONDS), stems)


OTHER_STEMS = {"vocals": 1320.0, "bass": 165.0}


def other_tones() -> Finished:
    stems = {name: sound(hertz, SECONDS) for name, hertz in OTHER_STEMS.items()}
    return Finished("Lullaby", "Nobody", sound(550.0, SECONDS), stems)


@contextmanager
def studio_with_a_song(folder: Path, *more: Finished, made: Finished | None = None) -> Iterator[tuple[str, str]]:
    """The address, and the id of anna's song; she has more songs, if there are."""
    studio = fresh_studio(folder)
    app = create_app(studio)
    studio.prepare()
    people = studio.accounts.people
    for name in PEOPLE:
        people.create(people.new_user(name, role=Role.MEMBER), PASSWORD)
    song = put_on_file(studio, PEOPLE[0], youtube("cNGjD0VG4R8"), made or tones())
    for number, other in enumerate(more):
        put_on_file(studio, PEOPLE[0], youtube(f"{number:011}"), other)
    with served(app) as address:
        yield address, song.id


def arrives(browser: Any, address: str, name: str, **look: Any) -> Any:
    """A page in a browser profile of its own, signed in."""
    context = browser.new_context(locale="en", viewport=look.pop("size", {"width": 1366, "height": 860}), **look)
    context.add_init_script(EAR)
    page = context.new_page()
    page.set_default_timeout(60_000)
    signed_in = page.request.post(
        f"{address}/api/auth/login", data={"name": name, "password": PASSWORD}, headers={"origin": address}
    )
    assert signed_in.ok, signed_in.text()
    return page


def arrives_over_plain_http(browser: Any, address: str, name: str) -> Any:
    """The same, where only the browser knows the address."""
    context = browser.new_context(locale="en", viewport={"width": 390, "height": 840})
    context.add_init_script(EAR)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{address}/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{address}/")
    return page


def shares(page: Any, address: str, song: str) -> str:
    """Open the song, play it, and let everybody play it for themselves; the answer is the code."""
    words, own = {"text": LINES, "name": "words.lrc"}, {"origin": address}
    written = page.request.post(f"{address}/api/songs/{song}/lyrics/import", data=words, headers=own)
    assert written.ok, written.text()
    page.goto(f"{address}/songs/{song}")
    page.get_by_role("button", name="Play", exact=True).first.click()
    page.get_by_role("button", name=re.compile("Share")).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="The song itself").check()
    dialog.get_by_role("button", name="Start sharing").click()
    found = re.search(r"\d{6}", dialog.locator(".code").inner_text())
    assert found
    return found[0]


def plays_along(page: Any, address: str, code: str) -> None:
    page.goto(f"{address}/listen/{code}")
    page.get_by_role("button", name="Play along").click()


def stems_heard(page: Any, tones: Mapping[str, float] = STEMS) -> set[str]:
    return {stem for stem, hertz in tones.items() if page.evaluate(f"window.loudness?.({hertz}) ?? -999") > AUDIBLE}


def until_hears(page: Any, *stems: str, patience_ms: int = 60_000, tones: Mapping[str, float] = STEMS) -> None:
    """Wait until exactly these stems are heard."""
    heard: set[str] = set()
    for _ in range(patience_ms // 200):
        if (heard := stems_heard(page, tones)) == set(stems):
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"heard {sorted(heard)}, not {sorted(stems)}")
