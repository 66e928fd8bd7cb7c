"""Answers that take the same time, whatever was done for them: how long one takes must not tell what was found."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

Page = Callable[..., HttpResponse]


def rest(spent: float, step: float) -> float:
    """The seconds that are left of the step in which an answer is ready; steps are counted from its request."""
    return step - spent % step


def even_time(page: Page) -> Page:
    """A page that answers at the end of a step of ANSWER_STEP milliseconds, its errors too. So it stands outermost.

    Between two steps there is nothing to measure; and a step is several times what the work takes, so that all answers
    come at the end of the first one. The wait costs a thread and no more: the connection is given back before it.
    """

    @functools.wraps(page)
    def evened(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        started = time.monotonic()
        try:
            return page(request, *args, **kwargs)
        finally:
            if settings.ANSWER_STEP:
                if not connection.in_atomic_block:
                    connection.close()
                time.sleep(rest(time.monotonic() - started, settings.ANSWER_STEP / 1000))

    return evened
