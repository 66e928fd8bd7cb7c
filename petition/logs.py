"""What a line of the log, a page of an error or a mail of one may not hold."""

from __future__ import annotations

import copy
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.views.debug import ExceptionReporter
from gunicorn.glogging import Logger

# The address of a signer's own page is its key, a packet's a part of one, and Django names the address of every 4xx
# and 5xx; what stands behind its question mark can be a form. gunicorn writes from which network address a request came
# that it could not read.
PRIVATE = re.compile(
    r"(?<=/s/)[^/\s?#'\"]+"
    r"|(?<=/(?:km|en)/packets/)[^/\s?#'\"]+"
    r"|(?<=\bip=)[^\s,]+(?=:)"
    r"|(?<=[\w/]\?)[^\s'\"]+"
    r"|[^\s<>\"'(=:,;]+@[^\s<>\"'),:;]+"
    r"|(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w.])"
    r"|(?<![\w:.])(?=[0-9a-f:]*::|(?:[0-9a-f]{1,4}:){7})[0-9a-f:.]{3,}"
)
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Only what our own code raises says in words of ours what is wrong (KeyProblem, MailNotSent, ImproperlyConfigured …).
# The text of any other quotes what it stumbled on: a form, a row, an address.
OURS = ("petition.", "signatures.", "django.core.exceptions.ImproperlyConfigured")


def _words(error: BaseException) -> str:
    """An error by its kind; one of the database's with its code and the constraint that refused, never with the row."""
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    if kind.startswith(OURS):
        return f"{kind}: {error}"
    diag = getattr(error, "diag", None)
    said = [word for word in (getattr(diag, "sqlstate", None), getattr(diag, "constraint_name", None)) if word]
    return f"{kind} ({', '.join(said)})" if said else kind


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what led to it, the first one first."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return reversed(found)


def without_values(error: BaseException | None) -> str:
    """A traceback of places in the code and kinds of errors: nothing of what was being worked on."""
    parts = []
    for each in _chain(error):
        frames = traceback.StackSummary.extract(traceback.walk_tb(each.__traceback__), capture_locals=False)
        parts.append("Traceback (most recent call last):\n" + "".join(frames.format()) + _words(each))
    return "\n\n".join(parts)


def excepthook(kind: type[BaseException], error: BaseException, tb: TracebackType | None) -> None:
    """For sys.excepthook: what ends a command or the worker is told as in the logs."""
    if issubclass(kind, KeyboardInterrupt):
        return
    print(PRIVATE.sub("…", without_values(error)), file=sys.stderr)


class Formatter(logging.Formatter):
    """Lines and tracebacks without the secret part of an address, without the client's, and without what was being
    worked on. What was refused is one line: how our code came to refuse it helps nobody, and anyone could fill the log
    with it."""

    def format(self, record: logging.LogRecord) -> str:
        record = copy.copy(record)
        # An address is logged as it was asked for: nobody writes lines of their own into the log with %0a.
        record.msg, record.args = CONTROL.sub(lambda found: repr(found[0])[1:-1], record.getMessage()), None
        record.exc_text = None
        if record.exc_info and getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return PRIVATE.sub("…", super().format(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name
        return without_values(ei[1])


class ServerLog(Logger):  # type: ignore[misc]
    """gunicorn's own log in the same form: --logger-class petition.logs.ServerLog."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(Formatter(self.error_fmt, self.datefmt))


class Report(ExceptionReporter):
    """Django's page of what went wrong, and its mail: the traceback alone, with DEBUG as well. The usual one shows each
    variable, the form that was sent and the whole surroundings."""

    def __init__(
        self,
        request: Any,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
        is_email: bool = False,
    ) -> None:
        super().__init__(None, exc_type, exc_value, tb, is_email)

    def get_traceback_text(self) -> SafeString:
        return mark_safe(PRIVATE.sub("…", without_values(self.exc_value)) + "\n")  # noqa: S308 - a text

    def get_traceback_html(self) -> SafeString:
        return format_html("<!doctype html><title>500</title><pre>{}</pre>", str(self.get_traceback_text()))
