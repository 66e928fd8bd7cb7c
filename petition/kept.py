"""What was typed into a form whose session had ended: it goes through the door with its writer, to be sent once more.

It travels in the log-in page, and in the session only once the password was right, so nobody else can store anything.
"""

from __future__ import annotations

from django.http import HttpRequest, QueryDict

MOST = 200_000  # bytes as a form is encoded; a longer text is not kept
LEFT_OUT = ("csrfmiddlewaretoken",)


def typed(request: HttpRequest) -> str:
    """The fields of a POST, urlencoded: no passwords and no files. Empty where there is nothing, or too much."""
    fields = request.POST.copy()
    for name in request.POST:
        if name in LEFT_OUT or "password" in name:
            del fields[name]
    text = fields.urlencode()
    return text if len(text) <= MOST else ""


def fields(text: str) -> list[tuple[str, str]]:
    """Name and value of each field, in order."""
    kept = QueryDict(text[:MOST])
    return [(name, str(value)) for name, values in kept.lists() for value in values]
