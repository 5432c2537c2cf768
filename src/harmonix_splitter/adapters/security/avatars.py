"""Pictures of people: whatever was sent becomes a fresh 256x256 JPEG that carries nothing else along."""

import io
import re
import secrets
import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from harmonix_splitter.errors import InvalidRequestError, NotFoundError
from harmonix_splitter.services.ports.storage import SharedFiles

SIDE = 256
MOST_PIXELS = 40_000_000
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
_NAME = re.compile(r"[a-z0-9]{1,32}_[a-f0-9]{8}\.jpg")


class AvatarFolder:
    def __init__(self, files: SharedFiles) -> None:
        self._files = files

    def save(self, user_id: str, picture: bytes) -> str:
        name = f"{user_id}_{secrets.token_hex(4)}.jpg"
        self._files.write(name, _square(picture))
        return name

    def path(self, name: str) -> Path:
        path = self._files.find(name) if _NAME.fullmatch(name) else None
        if path is None:
            raise NotFoundError("There is no such picture.")
        return path

    def remove(self, name: str) -> None:
        if _NAME.fullmatch(name):
            self._files.remove(name)


def _square(picture: bytes) -> bytes:
    """The middle of the picture, 256x256. The size is read from the header before a pixel is decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(picture), formats=_FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise InvalidRequestError("The picture is too large.", advice="Send one under 40 megapixels.")
                image.draft("RGB", (SIDE * 2, SIDE * 2))
                upright = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        raise InvalidRequestError("That is no picture we can read.", advice="Send a PNG, JPEG, GIF or WebP.") from None
    small = ImageOps.fit(upright, (SIDE, SIDE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=90)
    return out.getvalue()
