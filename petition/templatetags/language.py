"""Filters that write numbers, dates, countries and texts in the page's language."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from html import escape
from typing import Any

from django import template
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from petition import countries, khmer
from petition.markdown import render
from petition.models.petition import split_paragraphs

register = template.Library()

BREAK_HINT = "\u200b"


def _in_khmer() -> bool:
    return get_language() == "km"


@register.filter
def number(value: int | float | Decimal | None) -> str:
    """1234567 as 1,234,567 or ១.២៣៤.៥៦៧; nothing for no number."""
    if value is None or value == "":
        return ""
    return khmer.number(value) if _in_khmer() else f"{value:,}"


@register.filter
def digits(value: object) -> str:
    """A year or a number of a list, without grouping: 2017 as 2017 or ២០១៧."""
    return khmer.digits(value) if _in_khmer() else str(value)


@register.filter
def day(value: datetime.date | datetime.datetime | None) -> str:
    """A date as 23 October 2017 or ថ្ងៃទី២៣ ខែតុលា ឆ្នាំ២០១៧; of a moment, its day where the site is."""
    if not value:
        return ""
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return khmer.day(value) if _in_khmer() else f"{value.day} {MONTHS[value.month]} {value.year}"


@register.filter
def month(value: datetime.date) -> str:
    """The month of a date, as October 2017 or ខែតុលា ឆ្នាំ២០១៧."""
    return khmer.month(value) if _in_khmer() else f"{MONTHS[value.month]} {value.year}"


@register.filter
def clock(value: datetime.datetime) -> str:
    """The time of a moment where the site is: 14:05 or ១៤:០៥."""
    return digits(f"{timezone.localtime(value):%H:%M}")


@register.filter
def moment(value: datetime.datetime | None) -> str:
    """23 October 2017, 09:05 or ថ្ងៃទី២៣ ខែតុលា ឆ្នាំ២០១៧ ម៉ោង០៩:០៥, where the site is."""
    if not value:
        return ""
    return f"{day(value)} ម៉ោង{clock(value)}" if _in_khmer() else f"{day(value)}, {clock(value)}"


@register.filter
def country(code: str) -> str:
    return countries.name(code, "km" if _in_khmer() else "en")


@register.filter
def script(words: str) -> str:
    """The `lang` of words whose language nobody told, such as a signer's name: "km" where Khmer letters stand in it."""
    return "km" if re.search("[\u1780-\u17ff]", words) else "en"


@register.filter
def text(thing: Any, field: str) -> str:
    """{{ petition|text:"title" }} is title_km or title_en; what stands in one language only is `field` itself."""
    in_language = getattr(thing, f"{field}_{'km' if _in_khmer() else 'en'}", "")
    return in_language or getattr(thing, field, "")


def _with_hints(thing: Any, field: str) -> str:
    hints = getattr(thing, f"{field}_hints_km", "") if _in_khmer() else ""
    return hints or text(thing, field)


def _breaking(words: str) -> str:
    return escape(words).replace(BREAK_HINT, "<wbr>")


@register.filter
def hinted(thing: Any, field: str | None = None) -> SafeString:
    """Escaped text, with <wbr> where Khmer may break a line: {{ petition|hinted:"title" }}, or {{ words|hinted }}."""
    words = str(thing) if field is None else _with_hints(thing, field)
    return mark_safe(_breaking(words))  # noqa: S308 - escaped


@register.filter
def hinted_list(thing: Any, field: str) -> list[SafeString]:
    """The paragraphs of a field, each escaped and with <wbr>: {% for demand in petition|hinted_list:"demands" %}."""
    return [hinted(part) for part in split_paragraphs(_with_hints(thing, field))]


@register.filter
def paragraphs(thing: Any, field: str | None = None) -> SafeString:
    """Plain text as <p>s, blank lines parting them: {{ words|paragraphs }}, or {{ petition|paragraphs:"intro" }} with
    the places where Khmer may break a line."""
    words = str(thing) if field is None else _with_hints(thing, field)
    parts = (_breaking(part).replace("\n", "<br>") for part in split_paragraphs(words))
    return mark_safe("\n".join(f"<p>{part}</p>" for part in parts))  # noqa: S308 - escaped


@register.filter
def markdown(words: str, top: int = 2) -> SafeString:
    """Organisers' Markdown as safe HTML. `top` is the level of its highest heading."""
    return mark_safe(render(words, top=top))  # noqa: S308 - cleaned
