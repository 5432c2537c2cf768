"""What somebody put into the library's folder appears at a start, and a repair says clearly what it did."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from harmonix_splitter.bootstrap import studio
from harmonix_splitter.cli.main import run
from tests.faults.workers import wait_until

VIDEO = "dQw4w9WgXcQ"
RATE = 44_100


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder in whose library somebody put a song by hand; its metadata was cut off."""
    folder = tmp_path / "data" / "library" / VIDEO
    folder.mkdir(parents=True)
    (folder / "metadata.json").write_text('{"title": "My So')
    noise = np.random.default_rng(3).uniform(-0.3, 0.3, (RATE * 8, 2))
    for stem in ("original", "vocals", "instrumental"):
        soundfile.write(folder / f"My_Song_{stem}.wav", noise, RATE)
    return tmp_path / "data"


def test_a_song_put_there_by_hand_appears_after_a_start(data: Path) -> None:
    made = studio({"data.dir": data})
    made.prepare()
    try:
        with made.crew():
            wait_until(lambda: made.library.is_known(f"youtube:{VIDEO}"), 60)
    finally:
        made.close()

    assert (data / "library" / VIDEO / "My_Song_vocals.wav").exists()


@pytest.mark.parametrize(("youtube_id", "code", "said"), [
    (VIDEO, 0, "1 repaired."),
    ("unknown-id1", 4, "nothing of 'unknown-id1'"),
    ("../x", 2, "'../x' is not a YouTube id"),
])  # fmt: skip
def test_a_repair_by_name_says_what_it_did(
    data: Path, capsys: pytest.CaptureFixture[str], youtube_id: str, code: int, said: str
) -> None:
    ended = exit_code(lambda: run(["library", "repair", "--youtube-id", youtube_id, "--data-dir", str(data)]))

    assert (ended, said in capsys.readouterr().err) == (code, True)


def exit_code(command: Callable[[], None]) -> object:
    with pytest.raises(SystemExit) as left:
        command()
    return left.value.code
