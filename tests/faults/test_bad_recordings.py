"""Files that are not what they say, and disks that will not take more: a clear sentence each, and no file left."""

import os
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from harmonix_splitter.adapters.devices.locks import FileLocks
from harmonix_splitter.adapters.engines.separation.embedded import EmbeddedEngine
from harmonix_splitter.adapters.engines.separation.signal_masks import SignalMasks
from harmonix_splitter.adapters.media.encoding import FileWriters
from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.domain.media import MediaLimits
from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.errors import AudioError, NotFoundError, StorageError
from harmonix_splitter.services.fingerprints import AudioIdentifier
from harmonix_splitter.services.separation import SeparationService
from tests import makers_media as make
from tests.faults.flipped import KINDS, broken_files, read

MEDIA = PyAvMedia()


def service(folder: Path) -> SeparationService:
    engine = EmbeddedEngine(make=lambda: SignalMasks(context_frames=20, apart_frames=4))
    return SeparationService(MEDIA, FileWriters(), (engine,), FileLocks(folder / "locks"))


def wav_header(channels: int, rate: int, size: int = 4000) -> bytes:
    step = 2 * channels
    form = struct.pack("<HHIIHH", 1, channels, rate, min(rate * step, 2**32 - 1), step, 16)
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", size) + bytes(size)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def shortened(folder: Path, kind: str) -> Path:
    whole = make.write(folder / f"whole.{kind}", make.tone(8.0))
    data = whole.read_bytes()
    whole.unlink()
    return written(folder, f"song.{kind}", data[: len(data) // 2])


def protected(folder: Path) -> Path:
    data = make.write(folder / "whole.m4a", make.tone(1.0)).read_bytes()
    (folder / "whole.m4a").unlink()
    return written(folder, "song.m4a", data.replace(b"mp4a", b"drms"))


def expanding(folder: Path) -> Path:
    """A FLAC of a few kilobytes whose header promises two hours of eight channels."""
    soundfile.write(folder / "song.flac", np.zeros((48_000, 8), np.int16), 48_000)
    data = bytearray((folder / "song.flac").read_bytes())
    data[21:26] = bytes([data[21] & 0xF0]) + (7200 * 48_000).to_bytes(4, "big")
    return written(folder, "song.flac", bytes(data))


CASES = {
    "zero bytes": (lambda f: written(f, "song.mp3", b""), "empty"),
    "text": (lambda f: written(f, "song.mp3", b"these are not the notes you are looking for " * 50), "not an audio"),
    "noise": (lambda f: written(f, "song.mp3", np.random.default_rng(0).bytes(40_000)), "not an audio|damaged|decoded"),
    "a playlist": (lambda f: written(f, "song.mp3", b"#EXTM3U\nhttp://127.0.0.1:9/secret.mp3\n"), "playlist"),
    "ffconcat": (lambda f: written(f, "song.wav", b"ffconcat version 1.0\nfile /etc/hostname\n"), "playlist"),
    "a web page": (lambda f: written(f, "song.mp3", b"<!DOCTYPE html><html></html>"), "web page"),
    "an archive": (lambda f: written(f, "song.mp3", b"PK\x03\x04" + bytes(99)), "ZIP"),
    "255 channels": (lambda f: written(f, "song.wav", wav_header(255, 44_100, 51_000)), "255 channels"),
    "16 MHz": (lambda f: written(f, "song.wav", wav_header(2, 16_000_000)), "16000000 Hz"),
    "a truncated flac": (lambda f: shortened(f, "flac"), "breaks off|damaged"),
    "a truncated m4a": (lambda f: shortened(f, "m4a"), "breaks off|damaged"),
    "a truncated mp3": (lambda f: shortened(f, "mp3"), "breaks off|damaged"),
    "protected": (protected, "copy-protected|cannot decode"),
    "expanding": (expanding, "would unpack"),
    "no numbers": (lambda f: _floats(f / "song.wav", [np.nan] * 44_100), "no usable sound"),
    "without end": (lambda f: _floats(f / "song.wav", [np.inf, -np.inf] * 22_050), "no usable sound"),
    "only pictures": (lambda f: _silent_film(f / "song.mp4"), "no sound"),
}


def _floats(path: Path, samples: list[float]) -> Path:
    soundfile.write(path, np.array(samples, np.float32), 44_100, subtype="FLOAT")
    return path


def _silent_film(path: Path) -> Path:
    import av

    with av.open(str(path), "w", format="mp4") as film:
        video = film.add_stream("mpeg4", rate=5)
        video.width, video.height, video.pix_fmt = 32, 32, "yuv420p"
        film.mux(video.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")))
        film.mux(video.encode(None))
    return path


@pytest.mark.parametrize("name", CASES)
def test_a_bad_file_is_a_sentence_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    make_file, words = CASES[name]
    path = make_file(tmp_path)

    with pytest.raises(AudioError, match=words) as refused:
        service(tmp_path).separate(path, Recipe(), tmp_path / "out")

    assert str(refused.value)[0].isupper()
    assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []


NAMING_OTHERS = {
    "m3u": "#EXTM3U\n#EXTINF:9,Song\n{link}\n",
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{link}\n#EXT-X-ENDLIST\n",
    "concat": "ffconcat version 1.0\nfile '{link}'\n",
    "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><AdaptationSet><Representation>'
    "<BaseURL>{link}</BaseURL></Representation></AdaptationSet></Period></MPD>",
    "svg": '<svg xmlns="http://www.w3.org/2000/svg"><image href="{link}"/></svg>',
    "subtitles": "1\n00:00:01,000 --> 00:00:02,000\n<img src='{link}'>\n",
    "pls": "[playlist]\nFile1={link}\nNumberOfEntries=1\n",
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\na={link}\n",
}


@pytest.mark.parametrize("suffix", ["mp3", "wav", "m4a"])
@pytest.mark.parametrize("kind", NAMING_OTHERS)
def test_a_text_that_names_other_files_under_an_audio_name_reaches_for_none(
    tmp_path: Path, kind: str, suffix: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.setblocking(False)
        link = f"http://127.0.0.1:{canary.getsockname()[1]}/secret.mp3"
        path = written(tmp_path, f"song.{suffix}", NAMING_OTHERS[kind].format(link=link).encode())

        with pytest.raises(AudioError):
            service(tmp_path).separate(path, Recipe(), tmp_path / "out")

        with pytest.raises(BlockingIOError):
            canary.accept()


@pytest.mark.parametrize("samples", [[np.nan] * 44_100, [np.inf] * 44_100])
def test_a_file_without_a_usable_sample_is_found_out_when_it_is_first_read(
    tmp_path: Path, samples: list[float]
) -> None:
    with pytest.raises(AudioError, match="no usable sound"):
        AudioIdentifier(MEDIA, MEDIA).identify(_floats(tmp_path / "song.wav", samples), lambda _share: None)


def test_single_samples_that_are_no_numbers_become_silence(tmp_path: Path) -> None:
    path = _floats(tmp_path / "song.wav", [0.25, np.nan, np.inf, -np.inf, 0.5] * 100)

    assert MEDIA.load(path, rate=None, mono=True).tolist() == [0.25, 0.0, 0.0, 0.0, 0.5] * 100


def test_a_missing_file_and_a_folder_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no file"):
        MEDIA.probe(tmp_path / "nothing.mp3")
    with pytest.raises(NotFoundError, match="folder"):
        MEDIA.probe(tmp_path)


def test_an_mp3_whose_length_can_only_be_guessed_is_not_called_broken(tmp_path: Path) -> None:
    import av

    pieces = []
    for rate, seconds in ((32_000, 12.0), (320_000, 4.0)):
        with av.open(str(tmp_path / "part.mp3"), "w", format="mp3", options={"write_xing": "0"}) as file:
            stream = file.add_stream("libmp3lame", rate=44_100, layout="stereo")
            stream.bit_rate = rate
            samples = np.ascontiguousarray(make.tone(seconds).reshape(1, -1))
            frame = av.AudioFrame.from_ndarray(samples, format="flt", layout="stereo")
            frame.sample_rate, frame.pts = 44_100, 0
            file.mux(stream.encode(frame))
            file.mux(stream.encode(None))
        pieces.append((tmp_path / "part.mp3").read_bytes())
    path = written(tmp_path, "song.mp3", b"".join(pieces))

    assert MEDIA.probe(path).duration > 20, "the guess is no longer wrong enough to prove anything"
    assert len(MEDIA.load(path)) / 44_100 == pytest.approx(16.0, abs=0.2)


def test_a_header_that_lies_about_the_length_is_not_believed(tmp_path: Path) -> None:
    path = written(tmp_path, "song.wav", wav_header(2, 44_100, 400_000))
    data = bytearray(path.read_bytes())
    data[40:44] = struct.pack("<I", 0xFFFFFFF0)
    path.write_bytes(bytes(data))

    assert len(MEDIA.load(path)) == 100_000


def test_what_unpacks_without_saying_so_is_stopped_while_it_unpacks(tmp_path: Path) -> None:
    path = make.write(tmp_path / "song.flac", make.tone(30.0, channels=1), layout="mono")
    data = bytearray(path.read_bytes())
    data[22:26] = (100).to_bytes(4, "big")
    path.write_bytes(bytes(data))

    with pytest.raises(AudioError, match="longer than the limit"):
        PyAvMedia(MediaLimits(max_duration=5.0)).load(path)


def test_a_recording_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = make.write(tmp_path / "song.flac", make.tone(3.0))

    with pytest.raises(AudioError, match="longer than the limit"):
        PyAvMedia(MediaLimits(max_duration=2.0)).load(path)
    with pytest.raises(AudioError, match="limit is"):
        PyAvMedia(MediaLimits(max_size=100)).load(path)


@pytest.mark.parametrize("kind", KINDS)
def test_flipped_and_missing_bytes_never_do_worse_than_a_sentence(tmp_path: Path, kind: str) -> None:
    for path in broken_files(tmp_path, kind, 25):
        assert read(path) in {"read", "refused"}


def test_a_place_that_cannot_be_written_is_told_before_the_work(tmp_path: Path) -> None:
    song = make.write(tmp_path / "song.wav", make.tone(0.5))
    (tmp_path / "out").write_text("a file where a folder should be")
    heard: list[float] = []

    with pytest.raises(StorageError, match="is a file, not a folder"):
        service(tmp_path).separate(song, Recipe(), tmp_path / "out", heard.append)

    assert set(heard) <= {0.0}


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a file system that refuses even the administrator")
def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    song = make.write(tmp_path / "song.wav", make.tone(0.5))

    with pytest.raises(StorageError, match='The folder "/proc/stems" cannot be made') as refused:
        service(tmp_path).separate(song, Recipe(), Path("/proc/stems"), lambda _share: None)

    assert "another folder" in refused.value.advice


_FULL_DISK = """
import resource, sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from tests.faults.test_bad_recordings import service, Recipe, StorageError
folder = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
try:
    service(folder).separate(folder / "song.wav", Recipe(), folder / "out")
except StorageError as full:
    print("said:", full.message)
"""


def test_a_disk_that_fills_up_is_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, (88_200, 2)).astype(np.float32)
    make.write(tmp_path / "song.wav", noise)
    (tmp_path / "locks").mkdir()
    here = [str(Path("src").resolve()), str(Path.cwd())]

    done = subprocess.run(
        [sys.executable, "-c", _FULL_DISK, str(tmp_path), *here], capture_output=True, text=True, check=False
    )

    assert "said:" in done.stdout, done.stderr
    assert list((tmp_path / "out").iterdir()) == []


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path) -> None:
    make.write(tmp_path / "song.wav", make.tone(150.0))
    environment = os.environ | {"PYTHONPATH": str(Path("src").resolve())}
    arguments = ["separate", "--engine", "embedded", "--data-dir", str(tmp_path / "data"), "-o", str(tmp_path / "out")]
    child = subprocess.Popen(
        [sys.executable, "-m", "harmonix_splitter", *arguments, str(tmp_path / "song.wav")],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a gate in the background hears no Ctrl-C
    )
    while not list((tmp_path).glob("out/song/.*.part")) and child.poll() is None:
        continue_soon(child)
    child.send_signal(2)
    _, said = child.communicate()

    assert child.returncode == 130, said
    assert [path.name for path in (tmp_path / "out" / "song").iterdir()] == []


def continue_soon(child: subprocess.Popen) -> None:
    """Let the child work a moment; it says when it is far enough by opening its files."""
    try:
        child.wait(0.05)
    except subprocess.TimeoutExpired:
        return
