"""What can never be a recording is told by its first bytes; no recording is ever taken for it."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from harmonix_splitter.adapters.media.foreign import LOOK_AT
from harmonix_splitter.adapters.media.sniff import refuse_foreign
from harmonix_splitter.adapters.storage.shared_folder import SharedFolder
from harmonix_splitter.adapters.storage.uploads import UploadFolder
from harmonix_splitter.errors import AudioError
from tests import makers_media as make


def a_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("song.mp3", b"\xff\xfb\x90\x00" + bytes(413) + b"\xff\xfb\x90\x00" + bytes(413))
    return out.getvalue()


def is_refused(head: bytes) -> bool:
    try:
        refuse_foreign(head)
    except AudioError:
        return True
    return False


FOREIGN = {
    "zip": (a_zip(), "ZIP"),
    "empty zip": (b"PK\x05\x06" + bytes(18), "ZIP"),
    "rar": (b"Rar!\x1a\x07\x01\x00" + bytes(99), "archive"),
    "gzip": (b"\x1f\x8b\x08\x00" + bytes(99), "archive"),
    "tar": (b"song.mp3".ljust(257, b"\x00") + b"ustar\x0000" + bytes(99), "archive"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1/x"/></svg>', "picture"),
    "svg in xml": (b'\xef\xbb\xbf<?xml version="1.0"?>\n<svg/>', "picture"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(99), "picture"),
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(99), "picture"),
    "webp": (b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(99), "picture"),
    "avif": (b"\x00\x00\x00\x1cftypavif" + bytes(99), "picture"),
    "html": (b"\n<!DOCTYPE html><html lang='fr'>\xe9", "web page"),
    "xhtml": (b'<?xml version="1.0"?><html/>', "web page"),
    "dash": (b'<?xml version="1.0"?><MPD/>', "playlist"),
    "m3u": (b"#EXTM3U\nhttp://127.0.0.1:9/secret.mp3\n", "playlist"),
    "bare m3u": (b"https://127.0.0.1/secret.mp3", "playlist"),
    "ffconcat": (b"ffconcat version 1.0\nfile /etc/hostname\n", "playlist"),
    "pls": (b"[playlist]\nFile1=http://127.0.0.1/x\n", "playlist"),
    "python": ("import os\n\nprint('ü', os.environ)\n".encode() * 300, "text"),
    "subtitles": (b"1\r\n00:00:01,000 --> 00:00:02,000\r\nwords\r\n", "text"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "document"),
    "elf": (b"\x7fELF\x02\x01\x01" + bytes(99), "program"),
    "exe": (b"MZ".ljust(60, b"\x00") + (64).to_bytes(4, "little") + b"PE\x00\x00" + bytes(99), "program"),
    "midi": (b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x01\xe0MTrk", "MIDI"),
    "database": (b"SQLite format 3\x00" + bytes(99), "database"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_what_can_never_be_a_recording_is_named(kind: str) -> None:
    head, word = FOREIGN[kind]

    with pytest.raises(AudioError, match="not an audio or video file") as refused:
        refuse_foreign(head[:LOOK_AT])

    assert word in refused.value.advice


@pytest.mark.parametrize("kind", make.CONTAINERS)
def test_no_kind_of_recording_is_refused(tmp_path: Path, kind: str) -> None:
    path = make.write(tmp_path / f"song.{kind}", make.tone(0.5, 48_000), 48_000, kind=kind)

    assert not is_refused(path.read_bytes()[:LOOK_AT])


@pytest.mark.parametrize(
    "form", ["W64", "RF64", "WAV", "AIFF", "CAF", "AU", "FLAC", "OGG", "MP3", "AVR", "VOC", "NIST"]
)
def test_no_form_of_another_maker_is_refused(form: str) -> None:
    if form not in soundfile.available_formats():
        pytest.skip(f"soundfile writes no {form} here")
    out = io.BytesIO()
    soundfile.write(out, make.tone(0.5, channels=1), 44_100, format=form)

    assert not is_refused(out.getvalue()[:LOOK_AT])


BEGINNINGS = {
    "id3": b"ID3\x03\x00\x00\x00\x00\x0f\x76TIT2\x00\x00\x00\x05\x00\x00\x00Song",
    "id3 with a cover": b"ID3\x03\x00\x00\x00\x08\x00\x00APIC\x00\x00\x00\x20\x00\x00image/png\x00\x89PNG\r\n",
    "mp3 behind zeros": bytes(300) + b"\xff\xfb\x90\x00",
    "mpeg 2.5": b"\xff\xe3\x18\xc4",
    "adts": b"\xff\xf1\x50\x80\x02\x1f\xfc",
    "ac3": b"\x0b\x77\x3c\x1f\x1c\x40\x43\xe1",
    "eac3": b"\x0b\x77\x01\xbf\x3f\x86",
    "dts": b"\x7f\xfe\x80\x01",
    "amr": b"#!AMR\n\x3c\x91\x17",
    "amr wide": b"#!AMR-WB\n\x24\x08",
    "ape": b"MAC \x96\x0f\x00\x00",
    "wavpack": b"wvPk\x1a\x00\x00\x00",
    "tta": b"TTA1\x01\x00\x02\x00",
    "musepack": b"MP+\x17\x10\x00",
    "dsd": b"DSD \x1c\x00\x00\x00",
    "old mov": b"\x00\x00\x00\x08wide\x00\x01\x00\x00mdat",
    "moov": b"\x00\x00\x0b\xb0moov\x00\x00\x00lmvhd",
    "3gp": b"\x00\x00\x00\x18ftyp3gp4",
    "transport stream": (b"\x47\x40\x00\x10" + bytes(184)) * 3,
    "mpeg": b"\x00\x00\x01\xba\x44\x00",
    "nothing yet": b"",
    "real": b".RMF\x00\x00\x00\x12",
}


@pytest.mark.parametrize("kind", BEGINNINGS)
def test_no_beginning_of_a_recording_is_refused(kind: str) -> None:
    noise = np.random.default_rng(0).bytes(2000)

    assert not is_refused(BEGINNINGS[kind] + (noise if BEGINNINGS[kind] else b""))


@given(st.binary(max_size=64))
def test_whatever_follows_a_frame_of_sound_changes_nothing(rest: bytes) -> None:
    starts = (
        b"\xff\xfb\x90\x00",
        b"ID3\x04\x00\x00",
        b"OggS",
        b"fLaC",
        b"RIFF\x00\x00\x00\x00WAVE",
        b"\xff\xf1P\x80",
    )

    assert [start for start in starts if is_refused(start + rest)] == []


@pytest.mark.parametrize("step", [1, 7, 4096, 100_000])
def test_a_file_is_looked_at_once_however_it_comes_and_kept_as_it_is(tmp_path: Path, step: int) -> None:
    content, seen = np.random.default_rng(0).bytes(10_000), []
    store = UploadFolder(SharedFolder(tmp_path), seen.append)

    kept = store.receive("song.mp3", _in_steps(content, step), 20_000)

    assert kept.path.read_bytes() == content
    assert seen == [content[:4096]]


def test_of_a_file_nobody_wants_no_more_is_read_and_nothing_kept(tmp_path: Path) -> None:
    asked: list[int] = []

    def endless() -> bytes:
        asked.append(1)
        return a_zip().ljust(5000, b"\x00")

    with pytest.raises(AudioError):
        UploadFolder(SharedFolder(tmp_path), refuse_foreign).receive("song.mp3", iter(endless, b""), 10**9)

    assert len(asked) == 1
    assert list(tmp_path.iterdir()) == []


def _in_steps(content: bytes, step: int) -> list[bytes]:
    return [content[at : at + step] for at in range(0, len(content), step)]
