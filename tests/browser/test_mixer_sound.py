"""What the mixer really plays, recorded from its audio graph in a real browser."""

import base64
from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.browser import mixer_server
from tests.browser.chromium import needs
from tests.browser.mixer_pages import address, until

__all__ = ["address"]
pytestmark = needs()

RATE = mixer_server.RATE
Samples = npt.NDArray[np.float32]

# Listens to every stem right after its strip and to the way out, without changing anything on the way.
TAP = """
(() => {
  const taps = (window.taps = { nodes: [], record: null, output: null });
  const connect = AudioNode.prototype.connect;
  const Real = window.AudioWorkletNode;
  window.AudioWorkletNode = class extends Real {
    constructor(context, name, options) {
      super(context, name, options);
      taps.deck = this;
      taps.context = context;
    }
  };
  AudioNode.prototype.connect = function (to, ...rest) {
    if (this instanceof StereoPannerNode && to instanceof GainNode) taps.nodes.push(this);
    if (to === this.context.destination) taps.output = this;
    return connect.call(this, to, ...rest);
  };
  taps.start = async () => {
    const { context } = taps;
    const merger = new ChannelMergerNode(context, { numberOfInputs: taps.nodes.length });
    taps.nodes.forEach((node, index) => {
      const left = new ChannelSplitterNode(context, { numberOfOutputs: 2 });
      connect.call(node, left);
      connect.call(left, merger, 0, index);
    });
    await context.audioWorklet.addModule('/tape.js');
    const shape = { channelCount: taps.nodes.length, channelCountMode: 'explicit', numberOfOutputs: 1 };
    const tape = new Real(context, 'tape', shape);
    taps.blocks = [];
    tape.port.onmessage = ({ data }) => taps.blocks.push(data);
    connect.call(merger, tape);
    connect.call(tape, context.destination);
  };
  taps.take = () => {
    const blocks = taps.blocks.splice(0);
    return taps.nodes.map((_, index) => {
      const whole = new Float32Array(blocks.length * 128);
      blocks.forEach((block, place) => whole.set(block[index], place * 128));
      return btoa(Array.from(new Uint8Array(whole.buffer), (byte) => String.fromCharCode(byte)).join(''));
    });
  };
})();
"""


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    opened = browser.new_page()
    opened.add_init_script(TAP)
    opened.set_default_timeout(20_000)
    yield opened
    opened.close()


def open_song(page: Any, address: str, query: str = "") -> None:
    page.goto(f"{address}/songs/{query}")
    page.get_by_role("button", name="Play", exact=True).first.wait_for()
    until(page, "window.taps.nodes.length >= 2 && Boolean(window.taps.deck)")


def recorded(page: Any) -> Samples:
    """What was heard of each stem since the last call, one row a stem."""
    rows = [np.frombuffer(base64.b64decode(text), np.float32) for text in page.evaluate("taps.take()")]
    return np.stack(rows)


def tell(page: Any, message: dict[str, Any]) -> None:
    page.evaluate("message => taps.deck.port.postMessage(message)", message)


def press_play(page: Any) -> None:
    page.get_by_role("button", name="Play", exact=True).first.click()


REACH = 40


def lag(one: Samples, other: Samples) -> int:
    """By how many samples `other` is later than `one`: the shift at which they differ least."""
    middle = one[REACH:-REACH]
    differences = [
        float(np.abs(middle - other[REACH + shift : len(other) - REACH + shift]).sum())
        for shift in range(-REACH, REACH + 1)
    ]
    return int(np.argmin(differences)) - REACH


def test_six_stems_stay_together_through_fifty_seeks_tempo_and_loop_changes(page: Any, address: str) -> None:
    open_song(page, address, mixer_server.CLICKS)
    page.evaluate("taps.start()")
    press_play(page)
    story = Random(4)
    lags: set[int] = set()
    heard = 0

    for turn in range(50):
        tell(page, {"kind": "seek", "to": story.randrange(20 * RATE)})
        if turn % 2:
            tell(
                page,
                {
                    "kind": "speed",
                    "rate": story.choice([0.5, 0.75, 1, 1.25, 1.5]),
                    "semitones": story.choice([0, 0, -3, 5]),
                },
            )
        start = story.randrange(10 * RATE)
        tell(
            page,
            {
                "kind": "loop",
                "span": {"from": start, "to": start + story.randrange(RATE, 4 * RATE)} if turn % 3 == 0 else None,
            },
        )
        page.wait_for_timeout(120)
    page.wait_for_timeout(1500)
    stems = recorded(page)[: len(mixer_server.SIX)]
    for part in np.array_split(stems, max(1, stems.shape[1] // RATE), axis=1):
        if np.abs(part[0, REACH:-REACH]).max() > 0.05:
            heard += 1
            lags |= {lag(part[0], other) for other in part[1:]}

    assert heard >= 4
    assert lags == {0}
    assert np.abs(stems - stems[0]).max() < 0.01


def test_a_loop_of_two_beats_comes_round_after_exactly_that_many_samples(page: Any, address: str) -> None:
    open_song(page, address, f"{mixer_server.CLICKS}?loop=4.00-5.00")
    page.evaluate("taps.start()")
    press_play(page)
    page.wait_for_timeout(4000)

    stem = recorded(page)[0]

    beats = np.flatnonzero(np.abs(stem) > 0.8)
    assert len(beats) >= 4
    assert set(np.diff(beats)) == {RATE // 2}


def test_a_muted_stem_is_digital_silence_and_the_others_play_on(page: Any, address: str) -> None:
    open_song(page, address, mixer_server.DEMO)
    page.get_by_role("button", name="Mute Drums").click()
    page.evaluate("taps.start()")
    press_play(page)
    page.wait_for_timeout(2500)

    stems = recorded(page)

    vocals, drums, bass = stems[0], stems[1], stems[2]
    assert np.abs(drums).max() == 0
    assert np.abs(bass).max() > 0.05
    assert vocals.shape == drums.shape


def test_ten_minutes_of_six_stems_take_less_than_150_megabytes(page: Any, address: str) -> None:
    open_song(page, address, mixer_server.LONG)
    press_play(page)
    page.wait_for_timeout(1500)
    held = """(() => { const kept = new Map(); let most = 0;
      const post = taps.deck.port.postMessage.bind(taps.deck.port);
      taps.deck.port.postMessage = (message, transfer) => {
        const { kind, row, rows, stem, left } = message;
        if (kind === 'row') kept.set(`${row}/${stem}`, 2 * left.byteLength);
        window.rows = (window.rows ?? 0) + (kind === 'row' ? 1 : 0);
        const isDropped = (key) => kind === 'drop' && rows.includes(Number(key.split('/')[0]));
        for (const key of [...kept.keys()].filter(isDropped)) kept.delete(key);
        most = Math.max(most, [...kept.values()].reduce((sum, bytes) => sum + bytes, 0));
        window.mostBytes = most;
        return post(message, transfer ?? []);
      }; })()"""
    page.evaluate(held)
    slider = page.get_by_role("slider", name="Position")

    for place in (30, 300, 580, 100, 450, 200):
        before = page.evaluate("window.rows ?? 0")
        slider.fill(str(place))
        until(page, f"window.rows >= {before + 6}")
        page.wait_for_timeout(500)

    assert 6 * 2 * 131072 * 4 <= page.evaluate("window.mostBytes") < 150e6


def test_a_stem_that_is_no_audio_is_named_and_the_rest_plays(page: Any, address: str) -> None:
    open_song(page, address, mixer_server.ODD)

    said = page.get_by_role("alert")
    said.wait_for()
    page.evaluate("taps.start()")
    press_play(page)
    page.wait_for_timeout(2000)

    stems = recorded(page)
    assert "Bass cannot be played" in said.inner_text()
    assert np.abs(stems[1]).max() > 0.05
    assert np.abs(stems[2]).max() == 0


def test_without_an_audio_thread_the_server_mixes_and_says_why(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.add_init_script("delete window.AudioWorkletNode;")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/songs/{mixer_server.DEMO}?off=drums&key=-2")
    page.get_by_role("status").filter(has_text="HTTPS").wait_for()

    press_play(page)
    until(page, "document.querySelector('.play').getAttribute('aria-label') === 'Pause'")

    mixes = [url for url in asked if "/mix." in url]
    assert mixes and "off=drums" in mixes[-1] and "key=-2" in mixes[-1]
    page.close()


REFUSED = """AudioContext.prototype.resume = () => new Promise(() => {});
Object.defineProperty(AudioContext.prototype, 'state', { get: () => 'suspended' });"""
NO_DEVICE = "window.AudioContext = class { constructor() { throw new Error('There is no audio device.'); } };"


@pytest.mark.parametrize(("browser_says", "heard"), [(REFUSED, "Press play once more"), (NO_DEVICE, "no audio device")])
def test_sound_that_may_not_or_cannot_begin_is_said(browser: Any, address: str, browser_says: str, heard: str) -> None:
    page = browser.new_page()
    page.add_init_script(browser_says)
    page.goto(f"{address}/songs/{mixer_server.CLICKS}")

    press_play(page)

    page.get_by_role("alert").filter(has_text=heard).wait_for()
    assert page.get_by_role("button", name="Play", exact=True).first.is_visible()
    page.close()
