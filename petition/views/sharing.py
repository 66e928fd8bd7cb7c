"""A petition's address as a code to point a phone at."""

from __future__ import annotations

import io

import segno
from django.http import HttpRequest, HttpResponse

from petition.pagecache import public_page
from petition.sharing import address
from petition.views.pages import public_petition


@public_page
def qr(request: HttpRequest, slug: str) -> HttpResponse:
    """As SVG, black on white whatever the page's colours are: phones read nothing else as surely."""
    out = io.BytesIO()
    code = segno.make_qr(address(public_petition(slug)), error="m")
    code.save(out, kind="svg", light="#fff", border=4, omitsize=True, nl=False)
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")
