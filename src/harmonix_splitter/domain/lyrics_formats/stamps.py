"""Times as files write them, read tolerantly and written strictly."""

import re

from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import InvalidRequestError

MOST_BYTES, MOST_LINES = 1_000_000, 2_000
_CLOCK = re.compile(r"^\s*(?:(\d{1,3}):)?(\d{1,4}):(\d{1,2})(?:[.,:](\d{1,3}))?\s*$")


def checked(text: str) -> str:
    """The text with one kind of line end and no BOM. Raises InvalidRequestError when it is no song's lyrics."""
    if len(text) > MOST_BYTES or text.count("\n") > MOST_LINES:
        raise InvalidRequestError(
            f"This file has {text.count(chr(10)) + 1:,} lines and {len(text):,} characters.",
            advice=f"Lyrics have at most {MOST_LINES:,} lines and {MOST_BYTES:,} characters.",
        )
    return text.replace("\ufeff", "").replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")


def seconds_of(stamp: str) -> Seconds | None:
    """`mm:ss.xx`, `mm:ss`, `hh:mm:ss,mmm`: the time, or None when it is none of these."""
    found = _CLOCK.match(stamp)
    if not found:
        return None
    hours, minutes, seconds, fraction = found.groups()
    return Seconds(int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + fraction_of(fraction))


def fraction_of(digits: str | None) -> float:
    return int(digits) / 10 ** len(digits) if digits else 0.0


def hundredths(at: float) -> int:
    return max(0, round(at * 100))


def minutes_stamp(at: float) -> str:
    """`mm:ss.xx`, as LRC wants it."""
    minutes, rest = divmod(hundredths(at), 6000)
    return f"{minutes:02d}:{rest // 100:02d}.{rest % 100:02d}"


def hours_stamp(at: float, separator: str = ".") -> str:
    """`hh:mm:ss.mmm`, as subtitles want it."""
    total = max(0, round(at * 1000))
    seconds, milliseconds = divmod(total, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{separator}{milliseconds:03d}"
