"""YouTube as yt-dlp shows it: recorded shapes in, our words out, every refusal told apart."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from yt_dlp.utils import DownloadError

from harmonix_splitter.adapters.sources.itunes import ITunes
from harmonix_splitter.adapters.sources.youtube import YouTube
from harmonix_splitter.adapters.sources.youtube_errors import source_error_of
from harmonix_splitter.domain.jobs import is_lasting
from harmonix_splitter.domain.sources import source_of, youtube
from harmonix_splitter.errors import CancelledError, SourceError
from harmonix_splitter.services.ports.progress import unheard

ID = "cNGjD0VG4R8"
VIDEO = {
    "id": ID,
    "title": "Perfect",
    "channel": "Ed Sheeran",
    "channel_id": "UC0C-w0YjGpqDXGB8IHb662A",
    "duration": 264,
    "thumbnails": [{"url": "https://i.ytimg.com/vi/small.jpg"}, {"url": "https://i.ytimg.com/vi/large.jpg"}],
    "upload_date": "20171109",
    "formats": [{"url": "https://secret.googlevideo.com/signed"}],
}


class Recorded:
    """A downloader that answers what was recorded, writes what it is told, or fails as yt-dlp does."""

    def __init__(self, answer: Any = None, fails: Exception | None = None) -> None:
        self.answer, self.fails = answer, fails
        self.asked: list[tuple[str, bool]] = []
        self.options: list[dict[str, Any]] = []
        self.cookies: list[str] = []

    def __call__(self, options: dict[str, Any]) -> "Recorded":
        self.options.append(options)
        if "cookiefile" in options:
            self.cookies.append(Path(options["cookiefile"]).read_text())
        return self

    def extract_info(self, what: str, *, download: bool) -> Any:
        self.asked.append((what, download))
        if self.fails:
            raise self.fails
        if download:
            for done in (1, 2, 4):
                for hook in self.options[-1]["progress_hooks"]:
                    hook({"status": "downloading", "downloaded_bytes": done, "total_bytes": 4})
            Path(self.options[-1]["outtmpl"]["default"].replace("%(ext)s", "webm")).write_bytes(b"audio")
        return self.answer


def test_a_search_gives_videos_and_leaves_out_what_is_none() -> None:
    site = Recorded({"entries": [VIDEO, {"id": "UCchannel", "title": "a channel"}, None]})

    found = YouTube(downloader=site).search("perfect", 5)

    assert site.asked == [("ytsearch5:perfect", False)]
    assert [(video.id, video.title, video.channel, video.duration) for video in found] == [
        (ID, "Perfect", "Ed Sheeran", 264.0)
    ]
    assert found[0].thumbnail == "https://i.ytimg.com/vi/large.jpg"
    assert "formats" not in found[0].details


def test_a_download_tells_how_far_it_is_and_asks_only_for_the_rebuilt_link(tmp_path: Path) -> None:
    site, told = Recorded(VIDEO), []

    path = YouTube(downloader=site).download(youtube(ID), tmp_path, "", told.append)

    assert site.asked == [(f"https://www.youtube.com/watch?v={ID}", True)]
    assert told == [0.25, 0.5, 1.0]
    assert path.read_bytes() == b"audio"


def test_lent_cookies_exist_only_while_they_are_used(tmp_path: Path) -> None:
    site = Recorded(VIDEO)

    YouTube(downloader=site).download(youtube(ID), tmp_path, "# cookies", unheard)

    assert site.cookies == ["# cookies"]
    assert [path.name for path in tmp_path.iterdir()] == ["fetched.webm"]


def test_a_download_nobody_wants_stops_as_cancelled(tmp_path: Path) -> None:
    def unwanted(_share: float) -> None:
        raise CancelledError("enough")

    with pytest.raises(CancelledError):
        YouTube(downloader=Recorded(VIDEO)).download(youtube(ID), tmp_path, "", unwanted)


def test_only_youtube_may_be_asked() -> None:
    site = Recorded(VIDEO)

    YouTube(downloader=site).facts(youtube(ID))

    assert site.options[0]["allowed_extractors"] == ["youtube.*"]
    assert site.options[0]["noplaylist"] is True


def test_a_page_elsewhere_is_read_by_what_knows_it_and_never_by_what_fetches_anything(tmp_path: Path) -> None:
    site, page = Recorded({"title": "Tune", "uploader": "Band"}), source_of("https://example.org/1", ["example.org"])

    told = YouTube(downloader=site).facts(page)
    path = YouTube(downloader=site).download(page, tmp_path, "", unheard)

    assert [asked for asked, _ in site.asked] == ["https://example.org/1"] * 2
    assert all(options["allowed_extractors"] == ["default", "-generic.*"] for options in site.options)
    assert (told.id, told.title, told.channel, told.url) == (page.id, "Tune", "Band", page.url)
    assert path.read_bytes() == b"audio"


def test_a_refusal_names_the_site_it_came_from(tmp_path: Path) -> None:
    page = source_of("https://example.org/1", ["example.org"])

    with pytest.raises(SourceError, match=r"example\.org cannot be reached"):
        YouTube(downloader=Recorded(fails=DownloadError("timed out"))).download(page, tmp_path, "", unheard)


@pytest.mark.parametrize(
    ("words", "reason", "lasting"),
    [
        ("ERROR: [youtube] x: Sign in to confirm you’re not a bot. Use --cookies", "sign_in", True),
        (
            "ERROR: [youtube] x: Sign in to confirm your age. It may be inappropriate for some users.",
            "age",
            True,
        ),
        ("ERROR: [youtube] x: The uploader has not made this video available in your country", "geo", True),
        ("ERROR: [youtube] x: Video unavailable. This video has been removed by the uploader", "removed", True),
        ("ERROR: [youtube] x: Video unavailable", "removed", True),
        ("ERROR: [youtube] x: Private video. Sign in if you've been granted access to this video", "private", True),
        ("ERROR: [youtube] x: Join this channel to get access to members-only content", "private", True),
        ("ERROR: unable to download video data: HTTP Error 429: Too Many Requests", "rate_limited", False),
        ("ERROR: [youtube] x: nsig extraction failed: Some formats may be missing", "too_old", False),
        ("ERROR: [youtube] x: This live event will begin in 3 hours.", "live", True),
        ("ERROR: Unable to download webpage: <urlopen error [Errno -2] Name or service not known>", "offline", False),
        ("ERROR: unable to download video data: HTTP Error 503: Service Unavailable", "offline", False),
        ("ERROR: something nobody has seen before", "unknown", False),
    ],
)
def test_every_refusal_is_told_apart(words: str, reason: str, lasting: bool) -> None:
    with pytest.raises(SourceError) as refused:
        YouTube(downloader=Recorded(fails=DownloadError(words))).facts(youtube(ID))

    assert refused.value.facts["reason"] == reason
    assert is_lasting(refused.value) is lasting
    assert refused.value.advice
    assert "will be" not in refused.value.advice, "who asked cannot know whether anybody tries again"


def test_a_refusal_carries_no_traceback_of_somebody_elses_code() -> None:
    assert "ERROR" not in source_error_of("ERROR: Video unavailable").message


ANSWER = {
    "resultCount": 1,
    "results": [
        {
            "trackId": 1193701392,
            "trackName": "Perfect",
            "artistName": "Ed Sheeran",
            "collectionName": "÷",
            "releaseDate": "2017-03-03T08:00:00Z",
            "primaryGenreName": "Pop",
            "trackTimeMillis": 263400,
            "trackExplicitness": "notExplicit",
        }
    ],
}


class Apple(BaseHTTPRequestHandler):
    status, body = 200, b""
    paths: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.paths.append(self.path)
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def apple() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Apple)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_itunes_answers_in_the_form_of_the_metadata_search(apple: str) -> None:
    Apple.status, Apple.body = 200, json.dumps(ANSWER).encode()

    (found,) = ITunes(apple).search("Perfect", "Ed Sheeran", "", 1)

    assert "term=Ed+Sheeran+Perfect" in Apple.paths[-1]
    assert (found["title"], found["album"], found["releaseYear"], found["explicit"]) == ("Perfect", "÷", 2017, False)


@pytest.mark.parametrize(
    ("status", "body", "reason"), [(403, b"", "rate_limited"), (500, b"", "offline"), (200, b"<html>", "offline")]
)
def test_itunes_failing_is_said_and_never_a_crash(apple: str, status: int, body: bytes, reason: str) -> None:
    Apple.status, Apple.body = status, body

    with pytest.raises(SourceError) as failed:
        ITunes(apple).search("Perfect", "", "", 1)

    assert failed.value.facts["reason"] == reason
