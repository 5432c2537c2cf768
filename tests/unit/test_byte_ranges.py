"""Byte ranges against RFC 9110, and against Python's own idea of a slice."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harmonix_splitter.api.byte_ranges import FileFacts, decide, disposition

FILE = FileFacts(1000, "abc", "audio/flac")


@pytest.mark.parametrize(
    ("asked", "status", "start", "stop"),
    [
        ("bytes=0-0", 206, 0, 1),
        ("bytes=0-499", 206, 0, 500),
        ("bytes=500-", 206, 500, 1000),
        ("bytes=-1", 206, 999, 1000),
        ("bytes=-5000", 206, 0, 1000),
        ("bytes=900-5000", 206, 900, 1000),
        ("BYTES = 1 - 2", 206, 1, 3),
        ("bytes=1000-", 416, 0, 0),
        ("bytes=-0", 416, 0, 0),
        ("bytes=5000-6000", 416, 0, 0),
        ("items=0-1", 200, 0, 1000),
        ("bytes=abc", 200, 0, 1000),
        ("bytes=99-0", 200, 0, 1000),
        ("bytes=0-1,5-6", 200, 0, 1000),
        ("bytes=" + ",".join("0-1" for _ in range(1500)), 200, 0, 1000),
        ("bytes=", 200, 0, 1000),
        ("bytes=-", 200, 0, 1000),
        ("bytes=--1", 200, 0, 1000),
        ("bytes=1e3-", 200, 0, 1000),
        ("bytes=99999999999999999999-", 200, 0, 1000),
    ],
)
def test_each_range_gets_what_the_rfc_says(asked: str, status: int, start: int, stop: int) -> None:
    decision = decide({b"range": asked.encode()}, FILE)

    assert (decision.status, decision.start, decision.stop) == (status, start, stop)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"if-none-match": '"abc"'}, 304),
        ({"if-none-match": 'W/"abc"'}, 304),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": '"x", "abc"'}, 304),
        ({"if-none-match": '"x"'}, 200),
        ({"if-match": '"abc"'}, 200),
        ({"if-match": "*"}, 200),
        ({"if-match": '"x"'}, 412),
        ({"if-match": 'W/"abc"'}, 412),
        ({"if-match": '"x"', "if-none-match": '"abc"'}, 412),
        ({"if-none-match": '"abc"', "range": "bytes=0-1"}, 304),
        ({"range": "bytes=0-1", "if-range": '"abc"'}, 206),
        ({"range": "bytes=0-1", "if-range": '"x"'}, 200),
        ({"range": "bytes=0-1", "if-range": 'W/"abc"'}, 200),
        ({"range": "bytes=0-1", "if-range": "Sat, 01 Jan 2022 00:00:00 GMT"}, 200),
        ({"range": "bytes=5000-", "if-range": '"x"'}, 200),
    ],
)
def test_validators_come_before_ranges(headers: dict[str, str], status: int) -> None:
    given_headers = {name.encode(): value.encode() for name, value in headers.items()}

    assert decide(given_headers, FILE).status == status


def test_an_unsatisfiable_range_is_told_the_size() -> None:
    assert (b"content-range", b"bytes */1000") in decide({b"range": b"bytes=1000-"}, FILE).headers


def test_a_range_means_nothing_to_head() -> None:
    assert decide({b"range": b"bytes=0-1"}, FILE, is_get=False).status == 200


@settings(max_examples=500, deadline=None)
@given(st.integers(0, 3000), st.integers(0, 4000), st.one_of(st.none(), st.integers(0, 4000)))
def test_a_range_is_a_slice(size: int, first: int, last: int | None) -> None:
    asked = f"bytes={first}-{'' if last is None else last}"
    content = bytes(n % 251 for n in range(size))

    decision = decide({b"range": asked.encode()}, FileFacts(size, "t"))

    if last is not None and last < first:
        assert decision.status == 200
    elif first >= size:
        assert decision.status == 416
    else:
        assert content[decision.start : decision.stop] == content[first : None if last is None else last + 1]


@settings(max_examples=500, deadline=None)
@given(st.text(st.characters(max_codepoint=255), max_size=60))
def test_no_range_header_is_an_error(asked: str) -> None:
    decision = decide({b"range": asked.encode("latin-1")}, FILE)

    assert decision.status in {200, 206, 416}
    assert 0 <= decision.start <= decision.stop <= 1000


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("song.flac", 'attachment; filename="song.flac"'),
        ('a"b\r\nX: y.mp3', "attachment; filename=\"a_b__X_ y.mp3\"; filename*=UTF-8''a%22b%0D%0AX%3A%20y.mp3"),
        ("Bjørn.mp3", "attachment; filename=\"Bj_rn.mp3\"; filename*=UTF-8''Bj%C3%B8rn.mp3"),
    ],
)
def test_file_names_cannot_break_out_of_their_header(name: str, header: str) -> None:
    assert disposition(name, is_download=True) == header
