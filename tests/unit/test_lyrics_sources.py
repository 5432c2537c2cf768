"""Words from a server that misbehaves, from tags and from files beside a song."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from harmonix_splitter.adapters.documents.yaml_reader import SafeYamlReader
from harmonix_splitter.adapters.engines.speech.faster_whisper_transcriber import FasterWhisperTranscriber
from harmonix_splitter.adapters.sources.lrclib import Lrclib
from harmonix_splitter.adapters.sources.lyrics_files import LocalLyricsFiles, decoded
from harmonix_splitter.domain.lyrics.lookup import SongFacts
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import InvalidRequestError, SourceError, TooManyRequestsError

RIVER = SongFacts("River (Official Video)", "The Band feat. Anna", duration=Seconds(200.4))
RECORD = {
    "id": 7,
    "trackName": "River",
    "artistName": "The Band",
    "duration": 200,
    "instrumental": False,
    "plainLyrics": "the river",
    "syncedLyrics": "[00:01.00]the river",
}
Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def server(answer: Answer, cache: Path | None = None, timeout: float = 2.0) -> Iterator[tuple[Lrclib, list[str]]]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.path} {self.headers['user-agent']}")
            answer(self)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield Lrclib(f"http://127.0.0.1:{running.server_address[1]}", cache, timeout, pause=0.0), asked
    finally:
        running.shutdown()
        running.server_close()


def saying(body: object, status: int = 200, **headers: str) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("content-length", str(len(raw)))
        handler.end_headers()
        handler.wfile.write(raw)

    return answer


def dripping(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    stop = threading.Event()
    for _ in range(200):
        try:
            handler.wfile.write(b" ")
            handler.wfile.flush()
        except OSError:
            return
        stop.wait(0.05)


def test_the_very_recording_is_asked_for_by_its_plain_name():
    with server(saying(RECORD)) as (lrclib, asked):
        found = lrclib.find(RIVER)

    assert found is not None
    assert found.synced == "[00:01.00]the river"
    assert "/api/get?track_name=River&artist_name=The+Band&duration=200 Harmonix/" in asked[0]


def test_a_search_is_gated_by_length():
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path.startswith("/api/get"):
            saying({"code": 404}, 404)(handler)
        else:
            saying([RECORD | {"duration": 240, "plainLyrics": "wrong"}, RECORD | {"duration": 201.5}])(handler)

    with server(answer) as (lrclib, _):
        found = lrclib.find(RIVER)

    assert found is not None
    assert found.duration == 201.5


def test_a_song_nobody_knows_is_no_error():
    def answer(handler: BaseHTTPRequestHandler) -> None:
        saying([], 200)(handler) if "search" in handler.path else saying({}, 404)(handler)

    with server(answer) as (lrclib, _):
        assert lrclib.find(RIVER) is None


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (saying({}, 500), "error .500"),
        (saying(b"<html>"), "not JSON"),
        (saying(b"\xff\xfe\x00"), "not JSON"),
        (saying({"wrong": "shape"}), "not a list"),
        (saying(b"[" + b'"x",' * 700_000 + b'"x"]'), "far more than lyrics"),
        (dripping, "did not answer within 0.5 seconds"),
    ],
    ids=["error", "html", "bytes", "shape", "flood", "drip"],
)
def test_a_server_that_misbehaves_becomes_one_sentence(answer: Answer, said: str):
    with server(answer, timeout=0.5) as (lrclib, _), pytest.raises(SourceError, match=said):
        lrclib.search(RIVER)


def test_a_server_that_is_not_there_becomes_one_sentence():
    with pytest.raises(SourceError, match="cannot be reached"):
        Lrclib("http://127.0.0.1:9", timeout=0.5, pause=0.0).find(RIVER)


def test_a_server_that_asks_us_to_slow_down_is_believed():
    with server(saying({}, 429, Retry_After="17")) as (lrclib, _), pytest.raises(TooManyRequestsError) as slow:
        lrclib.find(RIVER)

    assert slow.value.retry_after == 17


def test_an_answer_is_remembered_and_a_broken_memory_forgotten(tmp_path: Path):
    with server(saying(RECORD), tmp_path) as (lrclib, asked):
        lrclib.find(RIVER)
        lrclib.find(RIVER)
        assert len(asked) == 1

        for file in tmp_path.iterdir():
            file.write_text("{half")
        lrclib.find(RIVER)

    assert len(asked) == 2


@pytest.mark.parametrize("record", [{}, {"trackName": 3, "duration": "x"}, {"plainLyrics": ["x"]}, RECORD | {"id": {}}])
def test_a_strange_record_never_breaks_us(record: dict[str, object]):
    with server(saying([record, 3, None, RECORD])) as (lrclib, _):
        found = lrclib.search(RIVER)

    assert RECORD["trackName"] in {one.title for one in found}


def id3(frame: bytes, body: bytes) -> bytes:
    whole = frame + len(body).to_bytes(4) + b"\0\0" + body
    size = bytes((len(whole) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\0\0" + size + whole


def test_unsynced_id3_words_are_read(tmp_path: Path):
    song = tmp_path / "song.mp3"
    song.write_bytes(id3(b"USLT", b"\x01eng" + "\ufeffx\0".encode("utf-16-le") + "\ufeffthé river".encode("utf-16-le")))

    assert LocalLyricsFiles().embedded(song, []) == "thé river"


def test_synced_id3_words_become_lrc(tmp_path: Path):
    song = tmp_path / "song.mp3"
    parts = b"".join(
        text + b"\0" + at.to_bytes(4) for text, at in ((b"the ", 1_000), (b"river", 1_500), (b"\nruns", 2_000))
    )
    song.write_bytes(id3(b"SYLT", b"\x00eng\x02\x01\0" + parts))

    assert LocalLyricsFiles().embedded(song, [("lyrics", "plain")]) == (
        "[00:01.00]<00:01.00>the <00:01.50>river\n[00:02.00]<00:02.00>runs"
    )


@pytest.mark.parametrize("cut", range(0, 40, 3))
def test_cut_off_tags_are_no_tags(tmp_path: Path, cut: int):
    song = tmp_path / "song.mp3"
    song.write_bytes(id3(b"SYLT", b"\x00eng\x02\x01\0the \0\x00\x00\x03\xe8")[:cut])

    assert "river" not in LocalLyricsFiles().embedded(song, [])


def test_tags_of_other_containers_are_used(tmp_path: Path):
    song = tmp_path / "song.flac"
    song.write_bytes(b"fLaC")

    assert LocalLyricsFiles().embedded(song, [("TITLE", "x"), ("lyrics-eng", "words")]) == "words"


def test_a_file_with_the_songs_name_is_found_in_any_encoding(tmp_path: Path):
    (tmp_path / "song.lrc").write_bytes("[00:01.00]été".encode("cp1252"))

    assert LocalLyricsFiles().beside(tmp_path / "song.mp3") == ("[00:01.00]été", "song.lrc")
    assert decoded("[00:01.00]été".encode("utf-16")) == "[00:01.00]été"


@pytest.mark.parametrize(
    "text", ["a: [", "!!python/object/apply:os.system [ls]", "a: &x [1]\nb: [*x, *x]", "- " * 3_000]
)
def test_dangerous_yaml_is_refused(text: str):
    with pytest.raises(InvalidRequestError, match="YAML"):
        SafeYamlReader().parse(text)


@pytest.mark.parametrize(("model", "said"), [("small", "small"), ("huge", "known: tiny"), ("large", "large-v3")])
def test_a_speech_engine_that_is_not_there_says_what_to_do(tmp_path: Path, model: str, said: str):
    advice = FasterWhisperTranscriber(tmp_path).missing(model)

    assert said in advice or "pip install" in advice
