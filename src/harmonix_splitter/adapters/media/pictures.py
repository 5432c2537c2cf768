"""Cover pictures: found in a file, put into another."""

import base64
import struct
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harmonix_splitter.adapters.media.opening import media_errors, opened
from harmonix_splitter.domain.media import MediaLimits
from harmonix_splitter.errors import InvalidRequestError

if TYPE_CHECKING:
    from av.container import OutputContainer

_FRONT_COVER = 3


def cover_of(path: Path, limits: MediaLimits) -> bytes | None:
    """The first picture attached to a recording, as it is stored."""
    from av.stream import Disposition

    with opened(path, limits) as (container, _, _), media_errors(path):
        for stream in container.streams.video:
            if not stream.disposition & Disposition.attached_pic:
                continue
            for packet in container.demux(stream):
                if packet.size:
                    return bytes(packet)
    return None


def add_picture(container: "OutputContainer", cover: bytes) -> None:
    """Attach a cover. Call before the first audio packet is written."""
    from av import Packet
    from av.stream import Disposition

    codec, width, height = kind_of(cover)
    stream: Any = container.add_stream(codec)
    stream.width, stream.height = width, height
    stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "rgb24"
    stream.time_base = stream.codec_context.time_base = Fraction(1, 25)
    stream.disposition = Disposition.attached_pic
    packet = Packet(cover)
    packet.stream, packet.pts, packet.dts, packet.time_base = stream, 0, 0, Fraction(1, 25)
    packet.is_keyframe = True
    container.mux(packet)


def picture_block(cover: bytes) -> str:
    """The cover in the form Ogg files carry it (a FLAC picture block in base64)."""
    codec, width, height = kind_of(cover)
    mime = b"image/jpeg" if codec == "mjpeg" else b"image/png"
    head = struct.pack(">II", _FRONT_COVER, len(mime)) + mime + struct.pack(">I", 0)
    block = head + struct.pack(">IIIII", width, height, 24, 0, len(cover)) + cover
    return base64.b64encode(block).decode()


def kind_of(cover: bytes) -> tuple[str, int, int]:
    """Codec, width and height of a JPEG or PNG picture."""
    if cover.startswith(b"\x89PNG") and len(cover) > 24:
        width, height = struct.unpack(">II", cover[16:24])
        return "png", width, height
    at = 2
    while cover.startswith(b"\xff\xd8") and at + 9 < len(cover) and cover[at] == 0xFF:
        if 0xC0 <= cover[at + 1] <= 0xCF and cover[at + 1] not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", cover[at + 5 : at + 9])
            return "mjpeg", width, height
        at += 2 + struct.unpack(">H", cover[at + 2 : at + 4])[0]
    raise InvalidRequestError("A cover must be a JPEG or PNG picture.")
