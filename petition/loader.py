"""Loading a petition from a content file (docs/content.md). All of a file is taken, or nothing of it.

Every value is read through a Section, which knows where in the file it stands: a broken file is refused by the name of
the field, such as `recipients[3].country`.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from petition import audit, countries
from petition.models import FormOfAddress, Petition, Recipient, Tag, Update
from petition.models.petition import WORDING, split_paragraphs

FORMAT = 1


class ContentError(Exception):
    """What is wrong in a content file, by the field's place in it."""


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
        if not isinstance(field.value, str) or "\x00" in field.value:
            raise field.fail("must be a text")
        if required and not field.value.strip():
            raise field.fail("must not be empty")
        return field.value

    def texts(self, name: str, *, required: bool = True) -> list[str]:
        field = self.at(name)
        if field.value is None and not required:
            return []
        if not isinstance(field.value, list) or not all(isinstance(v, str) for v in field.value):
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


Loader = Callable[[Petition, Section], None]

# What rooms above this one load from the same file, by the name of their part; they enter themselves here.
sections: dict[str, Loader] = {}


def read(path: Path) -> Section:
    """The file as a Section; ContentError where it is no JSON object of this format."""
    try:
        whole = Section(json.loads(path.read_text(encoding="utf-8")), "")
    except OSError as error:
        raise ContentError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ContentError(f"{path}: is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise ContentError(f"{path}: is not JSON: {error.msg} in line {error.lineno}") from None
    if whole.at("format").value != FORMAT:
        raise whole.at("format").fail(f"must be {FORMAT}")
    return whole


@transaction.atomic
def load(path: Path) -> Petition:
    """Load or refresh a petition. Safe to repeat: what is there by its key is refreshed, nothing is made twice, and
    nothing that organisers added is taken away. A locked wording that differs from the file's is refused."""
    whole = read(path)
    petition = load_petition(whole.at("petition"))
    load_recipients(petition, whole.at("recipients"))
    load_updates(petition, whole.at("tags"), whole.at("updates"))
    for name, loader in sections.items():
        loader(petition, whole.at(name))
    audit.record(by=None, act="load", target=petition, detail={"file": path.name})
    return petition


def save(row: models.Model, section: Section) -> None:
    """Save a row that passes its own checks; a fault is named by the section and the field."""
    try:
        row.full_clean()
    except ValidationError as fault:
        field, messages = next(iter(fault.message_dict.items()))
        raise ContentError(f"{section.place}: {field}: {' '.join(messages)}") from None
    row.save()


def _joined(section: Section, name: str, *, required: bool = True) -> str:
    texts = section.texts(name, required=required)
    joined = "\n\n".join(texts)
    if len(split_paragraphs(joined)) != len(texts):
        raise section.at(name).fail("a demand must not be empty or hold a blank line")
    return joined


def load_petition(section: Section) -> Petition:
    slug = section.text("slug")
    petition = Petition.objects.select_for_update().filter(slug=slug).first() or Petition(slug=slug)
    is_new = petition.pk is None
    km, en = section.at("wording").at("km"), section.at("wording").at("en")
    hints = section.at("hints")
    wording = {
        "title_km": km.text("title"),
        "title_en": en.text("title"),
        "intro_km": km.text("intro"),
        "intro_en": en.text("intro"),
        "demands_km": _joined(km, "demands"),
        "demands_en": _joined(en, "demands"),
        "sign_off_km": km.text("sign_off", required=False),
        "sign_off_en": en.text("sign_off", required=False),
    }
    if petition.is_wording_locked:
        for name in WORDING:
            if getattr(petition, name) != wording[name]:
                raise section.at("wording").fail(f"{name} differs from what has been signed and can not change any more")
    for name, value in wording.items():
        setattr(petition, name, value)
    petition.title_hints_km = hints.text("title_km", required=False) if hints.value else ""
    petition.intro_hints_km = hints.text("intro_km", required=False) if hints.value else ""
    petition.demands_hints_km = _joined(hints, "demands_km", required=False) if hints.value else ""
    petition.goal = section.integer("goal", least=1)
    petition.opened_on = section.date("opened_on")  # type: ignore[assignment]
    petition.closes_on = section.date("closes_on", required=False)
    for name in ("short_title", "organiser", "summary"):
        for language in ("km", "en"):
            setattr(petition, f"{name}_{language}", section.at(name).text(language))
    petition.organiser_short = section.at("organiser").text("short")
    if is_new:  # afterwards these two are the organisers' to change
        petition.state = section.text("state")
        petition.is_featured = section.flag("featured") and not Petition.objects.filter(is_featured=True).exists()
    save(petition, section)
    return petition


def load_recipients(petition: Petition, section: Section) -> None:
    for item in section.items():
        key = {"number": item.integer("number", least=1), "position": item.integer("position", least=1)}
        row = Recipient.objects.filter(petition=petition, **key).first() or Recipient(petition=petition, **key)
        for name in ("as_printed", "name", "office", "body", "kind", "discloses"):
            setattr(row, name, item.text(name))
        for name in ("as_printed_km", "name_km", "honorific", "office_km", "role_note", "country"):
            setattr(row, name, item.text(name, required=False))
        if row.country and row.country not in countries.CODES:
            raise item.at("country").fail(f"{row.country} is no country of ISO 3166-1")
        row.signatory_1991 = item.flag("signatory_1991")
        row.notes = "\n".join(item.texts("notes", required=False))
        save(row, item)
        load_forms_of_address(row, item.at("letters"))


def load_forms_of_address(recipient: Recipient, section: Section) -> None:
    for order, item in enumerate(section.items(), 1):
        key = {"recipient": recipient, "language": item.text("language")}
        row = FormOfAddress.objects.filter(**key).first() or FormOfAddress(**key)
        row.order = order
        row.name_line = item.text("name_line")
        row.office_lines = "\n".join(item.texts("office_lines"))
        row.salutation = item.text("salutation")
        row.closing = item.text("closing", required=False)
        save(row, item)


def load_updates(petition: Petition, tags: Section, updates: Section) -> None:
    known: dict[str, Tag] = {}
    for item in tags.items():
        slug = item.text("slug")
        tag = Tag.objects.filter(slug=slug).first() or Tag(slug=slug)
        tag.name_km, tag.name_en = item.text("km"), item.text("en")
        save(tag, item)
        known[slug] = tag
    for item in updates.items():
        slug = item.text("slug")
        row = Update.objects.filter(petition=petition, slug=slug).first()
        if row is None:
            row = Update(petition=petition, slug=slug, is_published=True)
        row.published_on = item.date("date")  # type: ignore[assignment]
        for name in ("title", "body"):
            for language in ("km", "en"):
                setattr(row, f"{name}_{language}", item.at(name).text(language))
        row.byline = item.text("byline", required=False)
        save(row, item)
        slugs = item.texts("tags", required=False)
        for tag_slug in slugs:
            if tag_slug not in known:
                raise item.at("tags").fail(f"{tag_slug} is not among the file's tags")
        row.tags.set([known[tag_slug] for tag_slug in slugs])
