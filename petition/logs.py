"""What a line of the log may not hold."""

from __future__ import annotations

import copy
import logging
import re
from typing import Any

from gunicorn.glogging import Logger

# The address of a signer's own page is its key, and Django names the address of every 4xx and 5xx. gunicorn writes from
# which network address a request came that it could not read.
PRIVATE = re.compile(r"(?<=/s/)[^/\s?#'\"]+|(?<=\bip=)[^\s,]+(?=:)")


class Formatter(logging.Formatter):
    """Lines and tracebacks without the secret part of an address, and without the client's. What was refused is one
    line: how our code came to refuse it helps nobody, and anyone could fill the log with it."""

    def format(self, record: logging.LogRecord) -> str:
        if record.exc_info and getattr(record, "status_code", 500) < 500:
            record = copy.copy(record)
            record.exc_info = record.exc_text = None
        return PRIVATE.sub("…", super().format(record))


class ServerLog(Logger):  # type: ignore[misc]
    """gunicorn's own log in the same form: --logger-class petition.logs.ServerLog."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(Formatter(self.error_fmt, self.datefmt))
