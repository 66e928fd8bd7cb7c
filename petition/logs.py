"""What a line of the log may not hold."""

from __future__ import annotations

import logging
import re

# The address of a signer's own page is its key, and Django names the address of every 4xx and 5xx.
SECRET = re.compile(r"(/s/)[^/\s?#]+")


class Formatter(logging.Formatter):
    """Django's lines and tracebacks without the secret part of an address."""

    def format(self, record: logging.LogRecord) -> str:
        return SECRET.sub(r"\1…", super().format(record))
