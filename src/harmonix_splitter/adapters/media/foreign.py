"""What a file that is no recording is instead, from its first bytes, and what to do about it."""

from codecs import getincrementaldecoder

LOOK_AT = 4096

_ARCHIVE = "It is an archive. Unpack it first."
_PICTURE = "It is a picture. Choose the recording itself."
_DOCUMENT = "It is a document. Choose the recording itself."
_PROGRAM = "It is a program. Choose the recording itself."
_PLAYLIST = "It is a playlist, a list of addresses rather than music. Add the songs themselves."
_WEB_PAGE = "It is a web page. Download the recording itself."
_TEXT = "It is a text. Choose the recording itself."

_AT_START = (
    (b"PK\x03\x04", "It is a ZIP archive. Unpack it first."),
    (b"PK\x05\x06", "It is a ZIP archive. Unpack it first."),
    (b"PK\x07\x08", "It is a ZIP archive. Unpack it first."),
    (b"Rar!\x1a\x07", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"\x1f\x8b\x08", _ARCHIVE),
    (b"BZh", _ARCHIVE),
    (b"\xfd7zXZ\x00", _ARCHIVE),
    (b"\x28\xb5\x2f\xfd", _ARCHIVE),
    (b"\x89PNG\r\n\x1a\n", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF87a", _PICTURE),
    (b"GIF89a", _PICTURE),
    (b"II*\x00", _PICTURE),
    (b"MM\x00*", _PICTURE),
    (b"%PDF-", _DOCUMENT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _DOCUMENT),
    (b"SQLite format 3\x00", "It is a database. Choose the recording itself."),
    (b"MThd", "It is a MIDI file: notes, but no sound."),
    (b"\x7fELF", _PROGRAM),
    (b"\xca\xfe\xba\xbe", _PROGRAM),
    (b"\xcf\xfa\xed\xfe", _PROGRAM),
    (b"\xce\xfa\xed\xfe", _PROGRAM),
    (b"\x00asm", _PROGRAM),
)
_TEXTS = (
    (b"#extm3u", _PLAYLIST),
    (b"#extinf", _PLAYLIST),
    (b"#ext-x", _PLAYLIST),
    (b"[playlist]", _PLAYLIST),
    (b"ffconcat", _PLAYLIST),
    (b"http://", _PLAYLIST),
    (b"https://", _PLAYLIST),
    (b"<asx", _PLAYLIST),
    (b"<svg", _PICTURE),
    (b"<!doctype svg", _PICTURE),
    (b"<!doctype", _WEB_PAGE),
    (b"<html", _WEB_PAGE),
)
_CONTROLS = bytes(sorted({*range(32), 127} - set(b"\t\n\v\f\r")))


def advice_about(head: bytes) -> str:
    """Empty when the bytes do not say that this can never be a recording."""
    for magic, advice in _AT_START:
        if head.startswith(magic):
            return advice
    if (head[:4], head[8:12]) == (b"RIFF", b"WEBP"):
        return _PICTURE
    if head.startswith(bytes(3)) and head[4:12] in (b"ftypavif", b"ftypheic", b"ftypheix"):
        return _PICTURE
    if head.startswith(b"MZ") and head[(at := int.from_bytes(head[60:64], "little")) : at + 4] == b"PE\x00\x00":
        return _PROGRAM
    if head[257:262] == b"ustar":
        return _ARCHIVE
    return _advice_about_text(head)


def _advice_about_text(head: bytes) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for beginning, advice in _TEXTS:
        if text.startswith(beginning):
            return advice
    if text.startswith(b"<?xml"):
        return _PICTURE if b"<svg" in text else _WEB_PAGE if b"<html" in text else _PLAYLIST
    return _TEXT if _is_text(head) else ""


def _is_text(head: bytes) -> bool:
    """Letters in lines: no recording begins so."""
    if head.translate(None, _CONTROLS) != head:
        return False
    try:
        getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return b"\n" in head or b"\r" in head
