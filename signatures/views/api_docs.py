"""The page that explains the public data to whoever wants to build on it."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from petition.pagecache import public_page
from petition.views.pages import public_petitions
from signatures.queries import SMALL_COUNTRY
from signatures.views.sharing import FRAME_HEIGHT

# A petition's JSON in short. Its sums are right; a test compares its fields with those of a real answer.
EXAMPLE: dict[str, Any] = {
    "slug": "clean-water",
    "title": {"km": "ទឹកស្អាតសម្រាប់ភូមិយើង", "en": "Clean water for our village"},
    "state": "open",
    "goal": 2000,
    "count": 1250,
    "by_country": {"KH": 640, "US": 322, "FR": 270, "elsewhere": 18},
    "by_day": {"2026-10-01": 900, "2026-10-02": 350},
    "integrity": {
        "received": 1418,
        "confirmed": 1250,
        "held": 128,
        "withdrawn": 40,
        "by_origin": {"web": 1100, "paper": 150},
    },
    "deliveries": [
        {
            **{"ordinal": 1, "planned_on": "2026-10-02", "state": "handed_over", "signatures": 1100},
            "new_since_previous": None,
            "root": "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
            "signed_by": "SHA256:4DE6+nX7GgqEB0M5ujbQM07zRIUZx10iQahoReUhhYg",
            **{"handed_over": 1, "answered": 1},
            "recipients": [
                {
                    **{"number": 1, "position": 1, "name": "Chan Dara", "state": "answered"},
                    **{"handed_over_on": "2026-10-02", "answered_on": "2026-10-09"},
                }
            ],
        }
    ],
}


@public_page
def api_docs(request: HttpRequest) -> HttpResponse:
    first = public_petitions().only("slug").first()
    slug = first.slug if first else EXAMPLE["slug"]
    here = {name: settings.SITE_URL + reverse(name, args=[slug]) for name in ("petition", "embed", "api_petition")}
    context = {
        "list_url": settings.SITE_URL + reverse("api_petitions"),
        "oembed_url": settings.SITE_URL + reverse("oembed"),
        "urls": here,
        "example": json.dumps(EXAMPLE, ensure_ascii=False, indent=2),
        "small_country": SMALL_COUNTRY,
        "seconds": settings.PAGE_CACHE_SECONDS,
        "height": FRAME_HEIGHT,
    }
    return render(request, f"signatures/api_docs.{get_language()}.html", context)
