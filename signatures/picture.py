"""The picture that a shared link shows: 1200 by 630 pixels in the page's language, with the count of the moment."""

from __future__ import annotations

import functools
import io
import json
import threading
from pathlib import Path
from typing import Any

from django.utils.translation import get_language, gettext, ngettext
from PIL import Image

from petition.glyphs import for_letter
from petition.models import Petition
from petition.models.petition import UPCOMING, State
from petition.templatetags.language import day, number, text
from petition.typesetting import make_png

TEMPLATE = Path(__file__).parent / "typst" / "share-picture.typ"
WIDTH, HEIGHT = 1200, 630  # what Facebook, Telegram and X show without cutting
MOST_BYTES = 60_000  # a phone on one bar of signal loads the preview too
COLOURS = (64, 32, 16, 8)  # tried in this order until the picture is small enough
KEPT = 64

# One picture is drawn at a time: it takes a core for a tenth of a second, and many links may be shared at once.
_drawing = threading.Lock()


def _state(petition: Petition) -> str:
    words = {
        UPCOMING: gettext("Opens on {day}").format(day=day(petition.opened_on)),
        State.PAUSED: gettext("Signing is paused"),
        State.CLOSED: gettext("This petition is closed"),
    }
    return words.get(petition.state_today, gettext("Sign"))


def _content(petition: Petition, count: int) -> dict[str, Any]:
    """What the picture tells. Letters that its fonts lack are written in Latin ones."""
    in_khmer = get_language() == "km"
    before, _, after = ngettext("{shown} person has signed", "{shown} people have signed", count).partition("{shown}")
    return {
        "lang": "km" if in_khmer else "en",
        "site": "ហត្ថលេខា",
        "organiser": for_letter(text(petition, "organiser")),
        "title": for_letter((in_khmer and petition.title_hints_km) or text(petition, "title")),
        "count": [before, number(count), after],
        "goal": gettext("Goal: %(goal)s") % {"goal": number(petition.goal)},
        "part": min(count / petition.goal, 1),
        "state": _state(petition),
        "is_open": petition.is_open,
    }


def _small(png: bytes) -> bytes:
    """The same picture in few colours, as many as MOST_BYTES bear."""
    with Image.open(io.BytesIO(png)) as picture:
        flat = picture.convert("RGB")
    for colours in COLOURS:
        out = io.BytesIO()
        few = flat.quantize(colours, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES:
            break
    return out.getvalue()


@functools.lru_cache(maxsize=KEPT)
def _drawn(content: str) -> bytes:
    return _small(make_png(TEMPLATE, json.loads(content)))


def share_picture(petition: Petition, count: int) -> bytes:
    """The PNG, in the language that is on. Drawn anew only where something that it shows has changed."""
    content = json.dumps(_content(petition, count))
    with _drawing:
        return _drawn(content)
