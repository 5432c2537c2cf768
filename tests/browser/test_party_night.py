"""A night on the real server: one television, one remote, three phones, and a network that is cut in the middle."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import real_studio
from tests.browser.chromium import launched, needs, violations
from tests.browser.party_songs import SEARCHED, SECONDS, WORDS, add_songs, moment_of
from tests.browser.real_studio import EAR, hears_something

pytestmark = needs(400)
HOST = {"name": "mika", "password": "a short sentence"}
DESK, PHONE, TELEVISION = (1366, 860), (390, 844), (1280, 720)
LONGER_THAN_A_MIXER_HOLDS = 15_000
NEAR = 0.8


class Night:
    """A room, and the pages people have open in it: each in a browser of its own."""

    def __init__(self, browser: Any, address: str) -> None:
        self.browser, self.address, self.code = browser, address, ""
        self.thrown: list[str] = []
        self.host = self.page(DESK)
        origin = {"origin": address}
        self.host.request.post(f"{address}/api/setup", data=HOST, headers=origin)

    def page(self, size: tuple[int, int], context: Any = None) -> Any:
        viewport = {"width": size[0], "height": size[1]}
        context = context or self.browser.new_context(viewport=viewport, locale="en", service_workers="block")
        page = context.new_page()
        page.set_viewport_size(viewport)
        page.add_init_script(EAR)
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: self.thrown.append(str(error)))
        return page

    def opens(self, path: str, size: tuple[int, int] = PHONE, context: Any = None) -> Any:
        page = self.page(size, context)
        page.goto(f"{self.address}{path}/{self.code}")
        return page

    def joins(self, name: str) -> Any:
        phone = self.opens("/join")
        phone.get_by_label("Your name").fill(name)
        phone.get_by_role("button", name="Join").click()
        phone.get_by_role("heading", name="Your turns").wait_for()
        return phone

    def room(self) -> dict[str, Any]:
        return dict(self.host.request.get(f"{self.address}/api/rooms/{self.code}").json())

    def place(self) -> float:
        """Where the server says the song is."""
        room = self.room()
        stage = room["stage"]
        return float(stage["position"] + (room["serverTime"] - stage["at"]) * stage["tempo"])


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    data = tmp_path / "data"
    with real_studio.serving(data) as address, launched() as browser:
        night = Night(browser, address)
        add_songs(data, HOST["name"])
        yield night


def test_a_night_with_a_television_a_remote_and_three_phones(night: Night) -> None:
    open_room(night)
    stage = night.opens("/stage", TELEVISION)
    stage.get_by_text("Who sings first?").wait_for()
    remote = night.opens("/remote", PHONE, night.host.context)
    ann, bob, cid = (night.joins(name) for name in ("Ann", "Bob", "Cid"))

    wish(ann, "Lanterns")
    sees_turn(ann, stage, "Ann", "Lanterns")
    wish(bob, "Rivers")
    wish_in_own_key(cid)
    steer(night, stage, remote)
    skip_to(night, "Bob", bob, stage)
    wish_from_the_web(ann)
    reload(night, stage)
    cut_the_network(night, stage, remote)
    let_the_song_end(night, stage, remote)
    sees_turn(cid, stage, "Cid", "Windows")
    hears_key(stage, night, 2)

    night.host.get_by_text("Bob · Rivers").wait_for()
    assert [entry["skipped"] for entry in night.room()["history"]] == [False, True]
    assert {page.url: wrong for page in (night.host, remote, ann, cid, stage) if (wrong := violations(page))} == {}
    assert night.thrown == []


def open_room(night: Night) -> None:
    night.host.goto(f"{night.address}/party")
    night.host.get_by_role("button", name="Open a room").click()
    night.code = re.search(r"\b[A-Z]{5}\b", night.host.locator(".code").inner_text())[0]  # type: ignore[index]


def wish(phone: Any, title: str) -> None:
    phone.get_by_role("button", name=f"I sing this: {title}").click()
    phone.get_by_text(f"{title} is in the queue.").wait_for()


def wish_from_the_web(phone: Any) -> None:
    """What was searched for within thirty days is there without asking YouTube."""
    phone.get_by_label("Search for a song").fill(SEARCHED)
    phone.get_by_role("button", name=f"Search YouTube for “{SEARCHED}”").click()
    found = phone.get_by_role("listitem").filter(has=phone.get_by_text(f"{SEARCHED} 1", exact=True))
    found.get_by_text("Some Artist · 0:10").wait_for()
    found.get_by_text("Instant").wait_for()
    found.get_by_role("button", name=f"I sing this: {SEARCHED} 1").click()
    phone.get_by_role("listitem").filter(has_text="Windows").first.wait_for()


def wish_in_own_key(phone: Any) -> None:
    """A voice from D3 to A4 sings a song from C4 to D5 two semitones higher, an octave below."""
    phone.get_by_text("Songs in my key").click()
    phone.get_by_role("button", name="That is my voice").click()
    phone.get_by_role("button", name="I sing this at +2: Windows").click()
    phone.get_by_text("Key +2").wait_for()


def sees_turn(phone: Any, stage: Any, singer: str, title: str) -> None:
    phone.get_by_text("You are on!").wait_for()
    stage.get_by_role("heading", name=title).wait_for()
    stage.get_by_text(f"{singer} sings").wait_for()
    stage.get_by_text(WORDS).first.wait_for()
    hears_something(stage)


def steer(night: Night, stage: Any, remote: Any) -> None:
    """Seek, pause, play and change the key: the stage sounds like it."""
    remote.get_by_label("Position").fill("30")
    heard_at(stage, night, 0, at_least=30)
    remote.get_by_role("button", name="Pause").click()
    comes_true(stage, lambda: stage.evaluate("window.ear.now") < 0.001)
    standing = night.place()
    remote.get_by_role("button", name="Play", exact=True).click()
    heard_at(stage, night, 0, at_least=standing - NEAR)
    for _ in range(3):
        remote.get_by_role("button", name="A semitone higher").click()
    hears_key(stage, night, 3)


def skip_to(night: Night, singer: str, phone: Any, stage: Any) -> None:
    night.host.get_by_role("button", name="Skip").click()
    sees_turn(phone, stage, singer, "Rivers")
    runs = "(film => film && !film.paused && film.currentTime)(document.querySelector('video'))"
    comes_true(stage, lambda: abs((stage.evaluate(runs) or -9) - night.place()) < NEAR)


def reload(night: Night, stage: Any) -> None:
    """The television is switched off and on in mid-song."""
    stage.wait_for_timeout(2_000)
    stage.reload()
    hears_something(stage)
    heard_at(stage, night, 0, at_least=2)


def cut_the_network(night: Night, stage: Any, remote: Any) -> None:
    """The song goes on without a network; what happened meanwhile is caught up with."""
    stage.context.set_offline(True)
    stage.get_by_text("The network is gone for a moment.").wait_for()
    stage.wait_for_timeout(LONGER_THAN_A_MIXER_HOLDS)
    heard_at(stage, night, 0, at_least=15)
    remote.get_by_role("button", name="A semitone lower").click()
    comes_true(remote, lambda: night.room()["stage"]["semitones"] == -1)

    stage.context.set_offline(False)

    stage.get_by_text("The network is gone for a moment.").wait_for(state="hidden")
    hears_key(stage, night, -1)


def let_the_song_end(night: Night, stage: Any, remote: Any) -> None:
    remote.get_by_label("Position").fill(str(round(SECONDS) - 3))
    stage.get_by_role("heading", name="Windows").wait_for()


def heard_at(stage: Any, night: Night, semitones: int, at_least: float = 0.0) -> None:
    """Wait until what comes out of the stage is the moment that the server's clock says."""

    def is_there() -> bool:
        heard = moment_of(stage.evaluate("window.ear.hertz()"), semitones)
        return heard > at_least - NEAR and abs(heard - night.place()) < NEAR

    comes_true(stage, is_there)


def hears_key(stage: Any, night: Night, semitones: int) -> None:
    comes_true(stage, lambda: night.room()["stage"]["semitones"] == semitones)
    heard_at(stage, night, semitones)


def comes_true(page: Any, condition: Any, patience_ms: int = 15_000) -> None:
    for _ in range(patience_ms // 150):
        if condition():
            return
        page.wait_for_timeout(150)
    raise AssertionError("never came true")
