"""Whose copy a leaked file is: the mark in it leads to the fetch it was made for."""

from __future__ import annotations

from signatures.delivery.marks import Found
from signatures.delivery.models import Fetch


def copies(found: Found) -> list[Fetch]:
    """The fetched copies that it can be; more than one only where an excerpt was short."""
    rows = Fetch.objects.select_related("packet__delivery__petition", "packet__recipient", "link").order_by("pk")
    return [row for row in rows if found.fits(row.mark)]
