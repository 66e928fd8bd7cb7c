"""An update's pictures as HTML, with their words in the reader's language."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from petition.models import Update, UpdatePicture

# As wide as the text, which is as wide as the screen but on a desk (--measure of site.css).
IN_TEXT = "(min-width: 44rem) 40rem, 100vw"


def address(name: str) -> str:
    return reverse("media", args=[name])


def image(picture: UpdatePicture, *, sizes: str = IN_TEXT, base: str = "") -> SafeString:
    """An <img> with both files, whose place is kept before it comes. `base` makes its addresses full ones."""
    files = {width: base + address(name) for width, name in picture.files.items()}
    alt, language = picture.words("alt")
    return format_html(
        '<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}" lang="{}" '
        'loading="lazy" decoding="async">',
        next(iter(files.values())),
        ", ".join(f"{where} {width}w" for width, where in files.items()),
        sizes,
        picture.width,
        picture.height,
        alt,
        language,
    )


def figure(picture: UpdatePicture, *, base: str = "") -> SafeString:
    words, language = picture.words("caption")
    caption = format_html('<span lang="{}">{}</span>', language, words) if words else ""
    photo = _("Photo: %(credit)s") % {"credit": picture.credit}
    credit = format_html("<small>{}</small>", photo) if picture.credit else ""
    below = format_html("<figcaption>{} {}</figcaption>", caption, credit) if caption or credit else ""
    shape = "upright" if picture.height > picture.width else "broad"
    return format_html('<figure class="{}">{}{}</figure>\n', shape, image(picture, base=base), below)


def figures(update: Update, *, base: str = "") -> dict[str, str]:
    """The figures of an update's pictures by their numbers, for petition.markdown."""
    return {number: figure(picture, base=base) for number, picture in update.numbered_pictures.items()}
