"""A content file and its parts, each with its place in the file, by which a fault in it is named."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models


class ContentError(Exception):
    """What is wrong in a content file, by the field's place in it."""


def is_text(value: Any) -> bool:
    """A string that PostgreSQL takes: JSON can also write NUL and halves of surrogate pairs."""
    return isinstance(value, str) and not re.search("[\x00\ud800-\udfff]", value)


class Section:
    """A part of the file and its place, such as `petition.title`."""

    def __init__(self, value: Any, place: str) -> None:
        self.value, self.place = value, place

    def fail(self, reason: str) -> ContentError:
        return ContentError(f"{self.place or 'the file'}: {reason}")

    def at(self, name: str) -> Section:
        if not isinstance(self.value, dict):
            raise self.fail("must be an object")
        return Section(self.value.get(name), f"{self.place}.{name}" if self.place else name)

    def only(self, *names: str) -> Section:
        """Refuse a name that means nothing here: a misspelt one would leave out what it was to say."""
        if not isinstance(self.value, dict):
            raise self.fail("must be an object")
        for name in self.value:
            if name not in names:
                raise self.at(name).fail("is not known here")
        return self

    def items(self) -> Iterator[Section]:
        if not isinstance(self.value, list):
            raise self.fail("must be a list")
        for i, value in enumerate(self.value):
            yield Section(value, f"{self.place}[{i}]")

    def entries(self) -> Iterator[tuple[str, Section]]:
        if not isinstance(self.value, dict):
            raise self.fail("must be an object")
        for name in self.value:
            yield name, self.at(name)

    def text(self, name: str, *, required: bool = True) -> str:
        field = self.at(name)
        if field.value is None and not required:
            return ""
        if not is_text(field.value):
            raise field.fail("must be a text")
        if required and not field.value.strip():
            raise field.fail("must not be empty")
        return field.value

    def texts(self, name: str, *, required: bool = True) -> list[str]:
        field = self.at(name)
        if field.value is None and not required:
            return []
        if not isinstance(field.value, list) or not all(map(is_text, field.value)):
            raise field.fail("must be a list of texts")
        if required and not field.value:
            raise field.fail("must not be empty")
        return field.value

    def integer(self, name: str, *, least: int) -> int:
        field = self.at(name)
        if not isinstance(field.value, int) or isinstance(field.value, bool) or field.value < least:
            raise field.fail(f"must be a whole number of at least {least}")
        return field.value

    def flag(self, name: str) -> bool:
        field = self.at(name)
        if field.value is None:
            return False
        if not isinstance(field.value, bool):
            raise field.fail("must be true or false")
        return field.value

    def date(self, name: str, *, required: bool = True) -> datetime.date | None:
        text = self.text(name, required=required)
        if not text:
            return None
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            raise self.at(name).fail("must be a date such as 2017-10-23") from None


def save(row: models.Model, section: Section, places: dict[str, str] | None = None) -> None:
    """Save a row that passes its own checks. A fault is named by the field's place in the section: its own name, but
    where `places` says otherwise."""
    try:
        row.full_clean()
    except ValidationError as fault:
        field, messages = next(iter(fault.message_dict.items()))
        where = section if field == NON_FIELD_ERRORS else section.at((places or {}).get(field, field))
        raise where.fail(" ".join(messages)) from None
    row.save()


def once(keys: set[Any], key: Any, section: Section) -> None:
    """Refuse a key that stands in a list twice: the second would silently overwrite the first."""
    if key in keys:
        raise section.fail("stands here twice")
    keys.add(key)
