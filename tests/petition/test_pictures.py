"""No picture that an organiser sends may betray who is in it, where it was taken, or by whom."""

import io
import struct
import zlib

import pytest
from django.core.files.storage import default_storage
from django.utils import translation
from PIL import Image, ImageChops, ImageOps, ImageStat
from PIL.PngImagePlugin import PngInfo

from petition import pictures
from tests.people import create_petition, create_picture, create_update, photo

ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def prepared(sent):
    return pictures.prepare(io.BytesIO(sent), len(sent))


def opened(made):
    return [Image.open(io.BytesIO(content)) for content in made.files.values()]


def camera_exif(orientation=1):
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKER] = "Secretphone"
    exif[GPS] = {1: "N", 2: (11.0, 33.0, 0.0), 3: "E", 4: (104.0, 55.0, 0.0)}
    return exif


# -- what is left out ----------------------------------------------------------------------------------------------


def betraying(form):
    """A file that says where it was taken, and more."""
    if form == "PNG":
        text = PngInfo()
        text.add_text("Author", "Secretphone")
        return photo(form="PNG", exif=camera_exif(), pnginfo=text)
    return photo(form=form, exif=camera_exif(), xmp=b"<x:xmpmeta>Secretphone</x:xmpmeta>", icc_profile=b"Secretphone")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_place_and_camera_are_not_kept(form):
    sent = betraying(form)
    assert b"Secretphone" in sent and Image.open(io.BytesIO(sent)).getexif().get_ifd(GPS)
    for content in prepared(sent).files.values():
        assert [mark for mark in (b"EXIF", b"XMP ", b"ICCP", b"Secretphone") if mark in content] == []


def test_nothing_but_pixels_is_in_the_file():
    for content in prepared(betraying("JPEG")).files.values():
        chunks, at = [], 12
        while at < len(content):
            chunks.append(content[at : at + 4])
            at += 8 + struct.unpack("<I", content[at + 4 : at + 8])[0]
        assert chunks == [b"VP8 "]


def test_comment_of_a_jpeg_is_not_kept():
    sent = photo(comment="Secretphone")
    assert b"Secretphone" in sent
    assert all(b"Secretphone" not in content for content in prepared(sent).files.values())


# -- what is made --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "large", "widths"),
    [
        ((4000, 3000), (1600, 1200), [1600, 800]),
        ((1600, 900), (1600, 900), [1600, 800]),
        ((801, 801), (801, 801), [801, 800]),
        ((800, 600), (800, 600), [800]),
        ((20, 10), (20, 10), [20]),
        ((3000, 4000), (1600, 2133), [1600, 800]),
        ((1000, 9000), (267, 2400), [267]),
    ],
)
def test_picture_is_made_as_wide_as_a_desk_and_as_a_phone_need_it(sent, large, widths):
    made = prepared(photo(*sent))
    assert (made.width, made.height) == large
    assert [image.width for image in opened(made)] == widths
    assert {image.format for image in opened(made)} == {"WEBP"}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_picture_is_turned_upright_however_it_was_held(orientation):
    sent = photo(400, 200, exif=camera_exif(orientation))
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(sent)))
    image = opened(prepared(sent))[0]
    assert image.size == upright.size
    assert ImageStat.Stat(ImageChops.difference(image.convert("RGB"), upright)).mean < [8, 8, 8]


def test_what_is_transparent_becomes_white():
    file = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(file, "PNG")
    image = opened(prepared(file.getvalue()))[0]
    assert (image.mode, min(image.convert("RGB").getpixel((5, 5))) > 250) == ("RGB", True)


@pytest.mark.parametrize(
    ("mode", "form"), [("CMYK", "JPEG"), ("L", "JPEG"), ("P", "PNG"), ("I;16", "PNG"), ("1", "PNG")]
)
def test_every_kind_of_pixels_is_taken(mode, form):
    file = io.BytesIO()
    Image.new(mode, (30, 20)).save(file, form)
    assert (prepared(file.getvalue()).width, prepared(file.getvalue()).height) == (30, 20)


def test_phones_picture_of_two_frames_is_taken():
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("white", "red")]
    file = io.BytesIO()
    frames[0].save(file, "MPO", save_all=True, append_images=frames[1:])
    assert prepared(file.getvalue()).width == 60


def test_name_is_that_of_the_content():
    one, again, other = prepared(photo()), prepared(photo()), prepared(photo(1201))
    assert one.files == again.files
    assert list(one.files) == [f"{one.digest}-1200.webp", f"{one.digest}-800.webp"]
    assert one.digest != other.digest


# -- what is refused -----------------------------------------------------------------------------------------------

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def gif():
    file = io.BytesIO()
    Image.new("P", (10, 10)).save(file, "GIF")
    return file.getvalue()


@pytest.mark.parametrize(
    "sent",
    [b"", b"no picture", SVG, gif(), b"%PDF-1.7", photo()[:2000], photo(form="PNG")[:60], photo(form="WEBP")[:100]],
    ids=["empty", "text", "svg", "gif", "pdf", "cut-jpeg", "cut-png", "cut-webp"],
)
def test_what_is_no_picture_is_refused(sent):
    with pytest.raises(pictures.Refused, match="JPEG, PNG"):
        prepared(sent)


def png_of(width, height):
    """The head of a PNG of that size, and no more pixels than fit in a few bytes."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(5_000, 4_001), (10_000, 10_000), (60_000, 60_000)])
def test_picture_that_would_fill_the_memory_is_refused_unopened(size):
    sent = png_of(*size)
    assert len(sent) < 200
    with pytest.raises(pictures.Refused, match="too many pixels"):
        prepared(sent)


def test_photo_of_a_good_phone_is_taken():
    assert prepared(photo(8160, 6120)).width == 1600


def test_file_too_big_is_refused_unread():
    with pytest.raises(pictures.Refused, match="too big"):
        pictures.prepare(None, pictures.MAX_BYTES + 1)


def test_broken_file_of_any_kind_is_refused_and_never_an_error():
    for form in pictures.FORMATS:
        whole = photo(60, 40, form)
        for at in range(0, len(whole), 7):
            broken = whole[:at] + bytes(255 - byte for byte in whole[at : at + 4]) + whole[at + 4 :]
            try:
                prepared(broken)
            except pictures.Refused:
                continue


# -- where it is kept ----------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def stored():
    return sorted(default_storage.listdir("")[1])


@pytest.mark.django_db
def test_file_cut_off_by_a_crash_is_written_again():
    made = prepared(photo(300, 200))
    name = next(iter(made.files))
    with open(default_storage.path(name), "wb") as file:
        file.write(made.files[name][:10])
    pictures.store(made)
    assert default_storage.open(name).read() == made.files[name]


@pytest.mark.django_db
def test_sweep_removes_what_no_update_has_and_nothing_else():
    update = create_update(create_petition())
    kept, gone = create_picture(update), create_picture(update, 2, sent=photo(900))
    with open(default_storage.path("notes.txt"), "w") as file:
        file.write("of somebody else")
    gone.delete()
    pictures.sweep()
    assert stored() == sorted([*kept.files.values(), "notes.txt"])


@pytest.mark.django_db
def test_picture_of_two_updates_stays_until_the_last_goes():
    petition = create_petition()
    first, second = (create_picture(create_update(petition, slug)) for slug in ("one", "two"))
    first.delete()
    pictures.sweep()
    assert stored() == sorted(second.files.values())
    second.delete()
    pictures.sweep()
    assert stored() == []


@pytest.mark.django_db
def test_sweep_before_the_first_picture_is_no_fault(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "not-there-yet"
    pictures.sweep()
    assert not (tmp_path / "not-there-yet").exists()
