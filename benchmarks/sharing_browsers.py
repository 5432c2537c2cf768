"""How far two browsers are apart that play one song together: after the start, a seek, a new tempo, a network cut.

    python benchmarks/sharing_browsers.py        needs chromium and playwright, and the studio built

Two listeners on one machine record what goes to their loudspeakers, each with the wall clock of its own samples; the
offset is where the cross-correlation of the two is highest.
"""

import base64
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.browser.chromium import CHROMIUM, FLAGS
from tests.browser.together import arrives, plays_along, shares, studio_with_a_song
from tests.songs_on_file import Finished

from harmonix_splitter.audio.demo_song import demo_stems

RATE, SECONDS, FARTHEST = 44_100, 4, 0.5
SETTLING_MS = 8_000
Samples = npt.NDArray[np.float64]

TAPE = """registerProcessor('clocked-tape', class extends AudioWorkletProcessor {
  process([input]) {
    if (input.length) this.port.postMessage([currentFrame, input[0].slice()]);
    return true;
  }
});"""

# Every block on its way to the loudspeakers with its place on the audio clock, and that clock against the wall's.
RECORDER = """(() => {
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...rest) {
    if (to === this.context.destination && this.context instanceof AudioContext) {
      const { context } = this;
      window.recorded = async (seconds) => {
        const code = new Blob([window.tapeCode], { type: 'text/javascript' });
        await (context.tape ??= context.audioWorklet.addModule(URL.createObjectURL(code)));
        const tape = new AudioWorkletNode(context, 'clocked-tape', { channelCount: 1, channelCountMode: 'explicit' });
        const [blocks, clocks] = [[], []];
        tape.port.onmessage = ({ data }) => blocks.push(data);
        connect.call(this, tape);
        connect.call(tape, context.destination);
        for (let looked = 0; looked < seconds * 20; looked++) {
          const { contextTime, performanceTime } = context.getOutputTimestamp();
          if (contextTime > 0) clocks.push(performance.timeOrigin + performanceTime - contextTime * 1000);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        this.disconnect(tape);
        tape.disconnect();
        const samples = new Float32Array(blocks.length * 128);
        blocks.forEach(([, block], place) => samples.set(block, place * 128));
        const bytes = Array.from(new Uint8Array(samples.buffer), (byte) => String.fromCharCode(byte)).join('');
        const clock = clocks.sort((one, other) => one - other)[clocks.length >> 1];
        return { begin: clock / 1000 + blocks[0][0] / context.sampleRate, sound: btoa(bytes) };
      };
    }
    return connect.call(this, to, ...rest);
  };
})();"""


def recordings(pages: list[Any]) -> list[tuple[float, Samples]]:
    """When each page's recording begins by the wall clock, in seconds, and what was heard."""
    for page in pages:
        page.evaluate(f"void (window.tape = window.recorded({SECONDS}))")
    told = [page.evaluate("window.tape") for page in pages]
    return [(one["begin"], np.frombuffer(base64.b64decode(one["sound"]), "<f4").astype(np.float64)) for one in told]


def apart(one: tuple[float, Samples], other: tuple[float, Samples]) -> float:
    """By how many milliseconds the other sounds later."""
    begin = max(one[0], other[0])
    count = round((SECONDS - 1) * RATE)
    first, second = (envelope(sound[round((begin - at) * RATE) :][:count]) for at, sound in (one, other))
    size = min(len(first), len(second))
    spectrum = np.conj(np.fft.rfft(first[:size], 2 * size)) * np.fft.rfft(second[:size], 2 * size)
    likeness = np.fft.irfft(spectrum)
    reach = round(FARTHEST * RATE)
    near = np.concatenate([likeness[-reach:], likeness[: reach + 1]])
    return float((int(np.argmax(near)) - reach) / RATE * 1000)


def envelope(sound: Samples) -> Samples:
    """How loud it is, to the millisecond: a stretched wave has other phases, but its beats stay where they are."""
    width = RATE // 1_000
    loud = np.convolve(np.abs(sound), np.ones(width) / width, "same")
    return loud - loud.mean()


def listener(browser: Any, address: str, code: str, name: str) -> Any:
    page = arrives(browser, address, name, bypass_csp=True)
    page.context.add_init_script(RECORDER)
    page.context.add_init_script(f"window.tapeCode = {json.dumps(TAPE)};")
    plays_along(page, address, code)
    return page


def told(what: str, pages: list[Any]) -> None:
    pages[0].wait_for_timeout(SETTLING_MS)
    one, other = recordings(pages)
    loud = min(float(np.abs(sound).max()) for _, sound in (one, other))
    assert loud > 0.01, "one of them is silent"
    print(f"{what}: {apart(one, other):+.1f} ms apart", flush=True)


def seek(host: Any) -> None:
    host.get_by_role("slider", name="Position").last.press("Home")


def faster(host: Any) -> None:
    host.get_by_role("button", name="Faster").first.click()


def cut(page: Any, milliseconds: int) -> None:
    page.context.set_offline(True)
    page.wait_for_timeout(milliseconds)
    page.context.set_offline(False)


def compared(folder: Path, browser: Any) -> None:
    stems = demo_stems()
    whole = np.sum(list(stems.values()), axis=0)
    with studio_with_a_song(folder, made=Finished("Lanterns", "Harmonix", whole, stems)) as (address, song):
        host = arrives(browser, address, "anna")
        code = shares(host, address, song)
        host.keyboard.press("Escape")
        pages = [listener(browser, address, code, name) for name in ("anna", "bob")]
        told("after the start", pages)
        seek(host)
        told("after a seek", pages)
        faster(host)
        told("after a tempo change", pages)
        cut(pages[1], 2_000)
        told("after a network cut of 2 s", pages)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        compared(Path(folder), browser)
        browser.close()


if __name__ == "__main__":
    main()
