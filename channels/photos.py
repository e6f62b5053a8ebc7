"""Makes a photo safe to keep: decoded and written anew, so that nothing but the picture is left of it."""

import hashlib
import warnings
from io import BytesIO

from PIL import Image, ImageOps

from tools.value import Value

MOST_PIXELS = 50_000_000
"""Pixels of a photo; a file of a few kilobytes may claim more than any memory holds."""

LONGEST_EDGE = 3_000
KINDS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")


class NotAPhoto(Exception):
    """The content is no picture that can be read, or far too large a one."""


class Photo(Value):
    """A picture as it is kept. `media_id` is the SHA-256 of what it holds now."""

    media_id: str
    content: bytes


def cleaned(content: bytes) -> Photo:
    """The picture alone, as JPEG, turned as it was meant to be seen: without place, camera or anything hidden behind
    it. Raises NotAPhoto."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=KINDS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise NotAPhoto
                opened.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
                picture = ImageOps.exif_transpose(opened).convert("RGB")
                picture.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    except NotAPhoto:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPhoto from error
    written = BytesIO()
    picture.save(written, "JPEG", quality=85)
    kept = written.getvalue()
    return Photo(media_id=hashlib.sha256(kept).hexdigest(), content=kept)
