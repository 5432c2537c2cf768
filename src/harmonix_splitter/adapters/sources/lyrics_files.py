"""Words in and beside a file of music: tags of every container, ID3 frames, and files of the same name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harmonix_splitter.domain.lyrics_formats.stamps import minutes_stamp

BESIDE = (".elrc", ".lrc", ".ttml", ".yaml", ".yml", ".ass", ".vtt", ".srt", ".txt")
_TAGS = ("syncedlyrics", "lyrics", "unsyncedlyrics", "uslt", "©lyr")
_MOST_TAG, _MOST_FILE = 4_000_000, 1_000_000
_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")
_MILLISECONDS, _WORDS_KIND = 2, 1


@dataclass(frozen=True)
class LocalLyricsFiles:
    """Meets `LyricsFiles`. Broken tags are no tags: a song is never refused for them."""

    def embedded(self, recording: Path, tags: Sequence[tuple[str, str]]) -> str:
        frames = dict(_id3_frames(recording))
        synced = _synced(frames[b"SYLT"]) if b"SYLT" in frames else ""
        if synced:
            return synced
        known = {key.lower(): value for key, value in tags}
        for name in _TAGS:
            text = next((value for key, value in known.items() if key == name or key.startswith(f"{name}-")), "")
            if text.strip():
                return text
        return _unsynced(frames[b"USLT"]) if b"USLT" in frames else ""

    def beside(self, recording: Path) -> tuple[str, str]:
        for suffix in BESIDE:
            file = recording.with_suffix(suffix)
            if file.is_file() and file != recording and 0 < file.stat().st_size <= _MOST_FILE:
                return decoded(file.read_bytes()), file.name
        return "", ""

    def decoded(self, raw: bytes) -> str:
        return decoded(raw)


def decoded(raw: bytes) -> str:
    """Text in whatever encoding lyrics files come in: UTF-8, UTF-16 with a mark, else Western Windows."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _id3_frames(recording: Path) -> Iterator[tuple[bytes, bytes]]:
    """The lyrics frames of an ID3v2.3 or 2.4 tag at the head of a file."""
    with recording.open("rb") as stream:
        head = stream.read(10)
        if len(head) < 10 or head[:3] != b"ID3" or head[3] not in (3, 4):
            return
        body = stream.read(min(_syncsafe(head[6:10]), _MOST_TAG))
    if head[5] & 0x80:
        body = body.replace(b"\xff\x00", b"\xff")
    at = 0
    while at + 10 <= len(body) and body[at : at + 4].isalnum():
        size = _syncsafe(body[at + 4 : at + 8]) if head[3] == 4 else int.from_bytes(body[at + 4 : at + 8])
        if body[at : at + 4] in (b"SYLT", b"USLT"):
            yield body[at : at + 4], body[at + 10 : at + 10 + size]
        at += 10 + size


def _syncsafe(raw: bytes) -> int:
    return sum((byte & 0x7F) << shift for byte, shift in zip(raw, (21, 14, 7, 0), strict=True))


def _unsynced(frame: bytes) -> str:
    """Encoding, language, description, text."""
    if len(frame) < 5 or frame[0] >= len(_ENCODINGS):
        return ""
    _, text = _cut(frame[4:], frame[0])
    return _decoded(text, frame[0]).strip("\x00")


def _synced(frame: bytes) -> str:
    """As LRC, a line per line. Encoding, language, stamp kind, content kind, description, then text and stamp pairs."""
    if len(frame) < 7 or frame[0] >= len(_ENCODINGS) or frame[4] != _MILLISECONDS or frame[5] != _WORDS_KIND:
        return ""
    _, rest = _cut(frame[6:], frame[0])
    lines: list[str] = []
    while rest:
        raw, rest = _cut(rest, frame[0])
        if len(rest) < 4:
            break
        at, text = int.from_bytes(rest[:4]) / 1000, _decoded(raw, frame[0])
        rest = rest[4:]
        if not lines or text.startswith(("\n", "\r")):
            lines.append(f"[{minutes_stamp(at)}]<{minutes_stamp(at)}>{text.strip(chr(10) + chr(13))}")
        else:
            lines[-1] += f"<{minutes_stamp(at)}>{text}"
    # Where no part begins a new line, every part is a line of its own.
    if len(lines) == 1:
        return lines[0].split("]", 1)[1].replace("<", "\n[").replace(">", "]").strip()
    return "\n".join(lines)


def _cut(raw: bytes, encoding: int) -> tuple[bytes, bytes]:
    """What stands before the end mark, and what after it."""
    if encoding in (0, 3):
        before, _, after = raw.partition(b"\x00")
        return before, after
    for at in range(0, len(raw) - 1, 2):
        if raw[at : at + 2] == b"\x00\x00":
            return raw[:at], raw[at + 2 :]
    return raw, b""


def _decoded(raw: bytes, encoding: int) -> str:
    return raw.decode(_ENCODINGS[encoding], "replace").replace("\ufeff", "")
