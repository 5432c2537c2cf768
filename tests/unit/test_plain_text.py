"""What is refused in any request, whatever it asks for."""

import pytest

from harmonix_splitter.api.gate.plain_text import check_address, check_json
from harmonix_splitter.errors import InvalidRequestError


@pytest.mark.parametrize(
    "body",
    [
        rb'{"a": "x\u0000"}',
        rb'{"a\u0000": 1}',
        rb'[["\ud800"]]',
        rb'{"a": "\udc00\ud800"}',
        b'{"a": "\xed\xa0\x80"}',
        b'{"a": NaN}',
        b"[-Infinity]",
        b'{"a": 1e400}',
        b'{"a": [{"b": -1E+999}]}',
        b'{"a": 9223372036854775808}',
    ],
)
def test_what_no_database_keeps_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequestError):
        check_json(body)


@pytest.mark.parametrize(
    "body",
    [
        rb'{"a": "\\u0000 \\ud800 NaN"}',
        rb'{"a": "\ud83c\udfb5 \u00fc"}',
        '{"a": "🎵 ü"}'.encode(),
        b'{"NaN": "Infinity", "b": 1e30, "c": -1e-400, "d": 9223372036854775807}',
        b"{not json NaN",
        b"[" * 100_000 + b"NaN",
        b"",
    ],
)
def test_everything_else_is_left_to_whoever_reads_it(body: bytes) -> None:
    check_json(body)


def test_an_address_with_a_nul_is_refused_and_one_that_speaks_of_it_is_not() -> None:
    for path, query in (("/a\x00", b""), ("/", b"q=%00"), ("/\ud800", b"")):
        with pytest.raises(InvalidRequestError):
            check_address(path, query)
    check_address("/%00 ü", b"q=%2500")
