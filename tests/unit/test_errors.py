"""The error tree has an answer on every edge."""

from collections.abc import Iterator

import pytest

from harmonix_splitter.api.error_responses import status_of
from harmonix_splitter.cli.output import exit_code_of
from harmonix_splitter.errors import HarmonixError, StaleError, TooManyRequestsError


def _all(kind: type[HarmonixError]) -> Iterator[type[HarmonixError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _all(child)


def _made(kind: type[HarmonixError]) -> HarmonixError:
    if issubclass(kind, TooManyRequestsError):
        return kind("x", retry_after=1)
    if issubclass(kind, StaleError):
        return kind("x", current=2)
    return kind("x", device="cpu") if kind.__name__ == "DeviceTooSmallError" else kind("x")


@pytest.mark.parametrize("kind", list(_all(HarmonixError)), ids=lambda kind: kind.__name__)
def test_every_error_has_an_http_status_and_an_exit_code(kind: type[HarmonixError]) -> None:
    error = _made(kind)

    assert 400 <= status_of(error) < 600
    assert exit_code_of(error) in {1, 2, 3, 4, 5, 130}


def test_codes_are_stable_and_distinct() -> None:
    codes = [kind.code for kind in _all(HarmonixError)]

    assert len(codes) == len(set(codes))
