"""Numbers and dates as Khmer writes them; Babel and Django print Latin digits and no such date."""

from __future__ import annotations

import datetime
from decimal import Decimal

MONTHS = (
    "មករា",
    "កុម្ភៈ",
    "មីនា",
    "មេសា",
    "ឧសភា",
    "មិថុនា",
    "កក្កដា",
    "សីហា",
    "កញ្ញា",
    "តុលា",
    "វិច្ឆិកា",
    "ធ្នូ",
)
DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
MARKS = str.maketrans(",.", ".,")


def digits(text: object) -> str:
    """The text with its Latin digits in Khmer: "2017" is ២០១៧."""
    return str(text).translate(DIGITS)


def number(value: int | float | Decimal) -> str:
    """1234567 is ១.២៣៤.៥៦៧, and 0.5 is ០,៥."""
    return digits(f"{value:,}".translate(MARKS))


def day(value: datetime.date) -> str:
    """ថ្ងៃទី២៣ ខែតុលា ឆ្នាំ២០១៧."""
    return f"ថ្ងៃទី{digits(value.day)} ខែ{MONTHS[value.month - 1]} ឆ្នាំ{digits(value.year)}"


def month(value: datetime.date) -> str:
    """ខែតុលា ឆ្នាំ២០១៧."""
    return f"ខែ{MONTHS[value.month - 1]} ឆ្នាំ{digits(value.year)}"
