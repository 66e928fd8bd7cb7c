"""Pictures of updates: what a camera wrote is taken in, and only what can be seen in it is kept.

A photo tells where and when it was taken, with which phone, sometimes by whom: enough to find the people in it. So no
uploaded file is stored. Its pixels are drawn onto a new picture, which is all that the site ever holds or serves.
"""

from __future__ import annotations

import hashlib
import io
import struct
from typing import IO, NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils.translation import gettext as _
from PIL import ExifTags, Image

from petition.models import UpdatePicture
from petition.models.picture import FILE_NAME, SMALL_WIDTH, file_name

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_BYTES = 20 * 1024 * 1024
# What a phone takes, and what a screen shows. A file of a few kB can unfold to far more, and take the server's memory
# with it: these take 80 and 200 MiB, since a JPEG can be unfolded at half its size.
MAX_PIXELS_JPEG = 50_000_000
MAX_PIXELS = 20_000_000
# A sheet of paper that was photographed upright stays readable.
MAX_WIDTH, MAX_HEIGHT = 1600, 2400
QUALITY = 80

# What makes a picture upright, by what EXIF calls its orientation. ImageOps.exif_transpose() also writes the EXIF
# again, and fails where that is damaged.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIDEWAYS = [turn for orientation, turn in TURNS.items() if orientation >= 5]

# All that Pillow raises for a file that is cut off, or is not what it says it is.
BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error)


class Refused(Exception):
    """Why a file is not taken, in a sentence for who sent it."""


class Prepared(NamedTuple):
    digest: str
    width: int
    height: int
    files: dict[str, bytes]  # by name


def prepare(file: IO[bytes], size: int) -> Prepared:
    """The two files of a picture from what was uploaded, `size` bytes long. Raises Refused."""
    if size > MAX_BYTES:
        raise Refused(_("The file is too big: at most 20 MB."))
    try:
        with Image.open(file, formats=FORMATS) as image:
            if image.width * image.height > (MAX_PIXELS_JPEG if image.format in ("JPEG", "MPO") else MAX_PIXELS):
                raise Image.DecompressionBombError
            seen = _only_what_is_seen(image)
    except Image.DecompressionBombError:
        raise Refused(
            _("The picture has too many pixels: at most 50 million in a JPEG, 20 million in another file.")
        ) from None
    except BROKEN:
        raise Refused(_("This is no picture that can be read. Take a JPEG, PNG or WebP file.")) from None
    large = _encoded(seen)
    digest = hashlib.sha256(large).hexdigest()
    files = {file_name(digest, seen.width): large}
    if seen.width > SMALL_WIDTH:
        height = max(round(seen.height * SMALL_WIDTH / seen.width), 1)
        files[file_name(digest, SMALL_WIDTH)] = _encoded(seen.resize((SMALL_WIDTH, height), Image.Resampling.LANCZOS))
    return Prepared(digest, seen.width, seen.height, files)


def _only_what_is_seen(image: Image.Image) -> Image.Image:
    """Upright, within MAX_WIDTH and MAX_HEIGHT, on white where it was transparent, and without anything beside it."""
    image.draft(None, (MAX_HEIGHT, MAX_HEIGHT))  # a big JPEG is unfolded at half its size or less
    turn = TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    # Made small first: the memory that a picture takes is that of the whole one.
    small = image if image.mode in ("L", "RGB", "RGBA", "CMYK") else image.convert("RGBA")
    small.thumbnail((MAX_HEIGHT, MAX_WIDTH) if turn in SIDEWAYS else (MAX_WIDTH, MAX_HEIGHT), Image.Resampling.LANCZOS)
    upright = (small if turn is None else small.transpose(turn)).convert("RGBA")
    clean = Image.new("RGB", upright.size, "white")
    clean.paste(upright, mask=upright)
    return clean


def _encoded(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=QUALITY)
    return buffer.getvalue()


def store(prepared: Prepared) -> None:
    """Within the transaction that writes the row: until it ends, nobody sweeps the files away."""
    _lock()
    for name, content in prepared.files.items():
        # One of another length was cut off when the server stopped in the middle.
        if not (default_storage.exists(name) and default_storage.size(name) == len(content)):
            default_storage.delete(name)
            default_storage.save(name, ContentFile(content))


@transaction.atomic
def sweep() -> None:
    """Remove the files of which no update has the picture any more. Safe to run at any time."""
    _lock()
    kept = {name for picture in UpdatePicture.objects.all() for name in picture.files.values()}
    there = default_storage.listdir("")[1] if default_storage.exists("") else []
    for name in there:
        if FILE_NAME.fullmatch(name) and name not in kept:
            default_storage.delete(name)


def _lock() -> None:
    """Equal pictures are one file, so whoever writes or removes one must be alone, to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('petition.pictures'))")
