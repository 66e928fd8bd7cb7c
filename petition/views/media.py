"""The pictures of updates, and nothing else that may lie in the storage."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse

from petition.models import UpdatePicture
from petition.models.petition import State
from petition.models.picture import FILE_NAME
from petition.pagecache import public_page
from petition.views.pages import Gone

# A name stands for one content for ever.
FOR_EVER = "public, max-age=31536000, immutable"


@public_page
def media(request: HttpRequest, name: str) -> HttpResponse:
    if not FILE_NAME.fullmatch(name):
        raise Http404
    found = UpdatePicture.objects.filter(digest=name.partition("-")[0])
    picture = found.exclude(update__petition__state=State.REMOVED).first()
    if picture is None:
        raise Gone if found.exists() else Http404
    if name not in picture.files.values():
        raise Http404
    try:
        with default_storage.open(name) as file:
            content = file.read()
    except FileNotFoundError:
        raise Http404 from None
    return HttpResponse(content, content_type="image/webp", headers={"Cache-Control": FOR_EVER})
