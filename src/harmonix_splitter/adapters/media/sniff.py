"""Which kind of file this really is, from its first bytes: the name and the demuxer's own guessing are not trusted."""

from pathlib import Path

from harmonix_splitter.adapters.media.foreign import LOOK_AT, advice_about
from harmonix_splitter.errors import AudioError

_NO_RECORDING = "This is not an audio or video file we can read."
_SUPPORTED = "Supported are mp3, wav, flac, ogg, opus, m4a, aac, aiff, wma, webm, mp4, mkv and more."
_LOOK_AT = 65_536
_AT_START = (
    (b"fLaC", "flac"),
    (b"OggS", "ogg"),
    (b"\x1aE\xdf\xa3", "matroska"),
    (b"0&\xb2u\x8ef\xcf\x11", "asf"),
    (b"caff", "caf"),
    (b".snd", "au"),
    (b"wvPk", "wv"),
    (b"MAC ", "ape"),
    (b"TTA1", "tta"),
    (b"MPCK", "mpc8"),
    (b"FLV\x01", "flv"),
    (b"#!AMR", "amr"),
    (b"riff.\x91\xcf\x11", "w64"),
    (b"\x00\x00\x01\xba", "mpeg"),
)
_IN_CHUNKS = {
    (b"RIFF", b"WAVE"): "wav",
    (b"RF64", b"WAVE"): "wav",
    (b"RIFF", b"AVI "): "avi",
    (b"FORM", b"AIFF"): "aiff",
    (b"FORM", b"AIFC"): "aiff",
}
_KILOBITS = {
    (1, 3): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 1): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 3): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 1): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


def container_of(path: Path) -> str:
    """The demuxer to use. Raise AudioError when the bytes are not those of a media file we read."""
    head = head_of(path)
    found = _by_signature(head) or _by_frames(head)
    if found is None:
        raise AudioError(_NO_RECORDING, advice=advice_about(head[:LOOK_AT]) or _SUPPORTED)
    return found


def refuse_foreign(head: bytes) -> None:
    """Raise AudioError for a file whose first bytes are never those of a recording; what is unsure passes."""
    if _by_signature(head) in (None, "mov") and (advice := advice_about(head[:LOOK_AT])):
        raise AudioError(_NO_RECORDING, advice=advice)


def head_of(path: Path) -> bytes:
    """The beginning, after any ID3 tag (which may be megabytes of cover art)."""
    with path.open("rb") as file:
        head = file.read(_LOOK_AT)
        while head[:3] == b"ID3" and len(head) >= 10:
            size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
            file.seek(10 + size - len(head), 1)
            head = file.read(_LOOK_AT)
    return head


def _by_signature(head: bytes) -> str | None:
    for magic, name in _AT_START:
        if head.startswith(magic):
            return name
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free"):
        return "mov"
    if len(head) > 376 and head[0] == head[188] == head[376] == 0x47:
        return "mpegts"
    return _IN_CHUNKS.get((head[:4], head[8:12]))


def _by_frames(head: bytes) -> str | None:
    """MP3 and raw AAC have no signature: believe them when one frame is followed by the next."""
    start = len(head) - len(head.lstrip(b"\x00"))
    for at in range(start, min(len(head) - 8, start + 8192)):
        if head[at] != 0xFF or head[at + 1] & 0xE0 != 0xE0:
            continue
        name, length = _frame_at(head[at : at + 6])
        follows = head[at + length : at + length + 2]
        if length and (len(follows) < 2 or (follows[0] == 0xFF and follows[1] & 0xF6 == head[at + 1] & 0xF6)):
            return name
    return None


def _frame_at(header: bytes) -> tuple[str, int]:
    """Name and byte length of the MPEG audio or ADTS frame that begins here; length 0 when it is none."""
    if header[1] & 0xF6 == 0xF0:
        return "aac", (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    kind, pace, padding = header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if version == 1 or layer == 0 or not 0 < kind < 15 or pace == 3:
        return "mp3", 0
    rate = (44_100, 48_000, 32_000)[pace] >> {3: 0, 2: 1, 0: 2}[version]
    bits = 1000 * _KILOBITS[1 if version == 3 else 2, layer][kind - 1]
    if layer == 3:
        return "mp3", (12 * bits // rate + padding) * 4
    per_frame = 72 if layer == 1 and version != 3 else 144
    return "mp3", per_frame * bits // rate + padding
