"""Loading a petition from a content file (docs/content.md). All of a file is taken, or nothing of it.

A broken file is refused by the name of the field, such as `recipients[3].country` (petition/contentfile.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from petition import audit, countries
from petition.contentfile import ContentError, Section, once, save
from petition.models import FormOfAddress, Petition, Recipient, Tag, Update
from petition.models.petition import WORDING, split_paragraphs
from petition.models.update import LANGUAGES

FORMAT = 1

Loader = Callable[[Petition, Section], None]

# What rooms above this one load from the same file, by the name of their part; they enter themselves here.
sections: dict[str, Loader] = {}


def read(path: Path) -> Section:
    """The file as a Section; ContentError where it is no JSON object of this format."""
    try:
        whole = Section(json.loads(path.read_text(encoding="utf-8-sig")), "")
    except OSError as error:
        raise ContentError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ContentError(f"{path}: is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise ContentError(f"{path}: is not JSON: {error.msg} in line {error.lineno}") from None
    except RecursionError:
        raise ContentError(f"{path}: is nested too deeply") from None
    if whole.at("format").value != FORMAT:
        raise whole.at("format").fail(f"must be {FORMAT}")
    return whole.only("format", "petition", "recipients", "tags", "updates", *sections)


@transaction.atomic
def load(path: Path) -> Petition:
    """Load or refresh a petition. Safe to repeat: what is there by its key is refreshed, nothing is made twice, and
    nothing that organisers added is taken away. A locked wording that differs from the file's is refused."""
    whole = read(path)
    with translation.override("en"):  # faults are told in English, those that models find among them
        petition = load_petition(whole.at("petition"))
        load_recipients(petition, whole.at("recipients"))
        load_updates(petition, whole.at("tags"), whole.at("updates"))
        for name, loader in sections.items():
            loader(petition, whole.at(name))
    audit.record(by=None, act="load", target=petition, detail={"file": path.name})
    return petition


def _joined(section: Section, name: str, *, required: bool = True) -> str:
    texts = section.texts(name, required=required)
    joined = "\n\n".join(texts)
    if len(split_paragraphs(joined)) != len(texts):
        raise section.at(name).fail("a demand must not be empty or hold a blank line")
    return joined


# Where the fields of a petition and of an update stand in the file; a change of the file's form changes these as well.
WORDING_PLACES = {name: f"wording.{name[-2:]}.{name[:-3]}" for name in WORDING}
HINTS = ("title_km", "intro_km", "demands_km")
HINTS_PLACES = {f"{name[:-3]}_hints_km": f"hints.{name}" for name in HINTS}
PAIRED = ("short_title", "organiser", "summary")
PAIRED_PLACES = {f"{name}_{language}": f"{name}.{language}" for name in PAIRED for language in LANGUAGES}
PETITION_PLACES = WORDING_PLACES | HINTS_PLACES | PAIRED_PLACES | {"organiser_short": "organiser.short"}
UPDATE_PLACES = {f"{name}_{language}": f"{name}.{language}" for name in ("title", "body") for language in LANGUAGES}
UPDATE_PLACES |= {"published_on": "date"}


def read_wording(section: Section) -> dict[str, str]:
    """What people sign, by the petition's fields."""
    section.only(*LANGUAGES)
    wording = {}
    for language in LANGUAGES:
        part = section.at(language).only("title", "intro", "demands", "sign_off")
        wording[f"title_{language}"] = part.text("title")
        wording[f"intro_{language}"] = part.text("intro")
        wording[f"demands_{language}"] = _joined(part, "demands")
        wording[f"sign_off_{language}"] = part.text("sign_off", required=False)
    return wording


def read_hints(section: Section) -> dict[str, str]:
    if section.value is None:
        return dict.fromkeys(HINTS_PLACES, "")
    section.only(*HINTS)
    return {
        "title_hints_km": section.text("title_km", required=False),
        "intro_hints_km": section.text("intro_km", required=False),
        "demands_hints_km": _joined(section, "demands_km", required=False),
    }


def load_petition(section: Section) -> Petition:
    section.only("slug", "state", "featured", "goal", "opened_on", "closes_on", *PAIRED, "wording", "hints", "notes")
    section.texts("notes", required=False)  # for those who edit the file; the site has no place for them
    slug = section.text("slug")
    petition = Petition.objects.select_for_update().filter(slug=slug).first() or Petition(slug=slug)
    is_new = petition.pk is None
    wording = read_wording(section.at("wording"))
    if petition.is_wording_locked:
        for name in WORDING:
            if getattr(petition, name) != wording[name]:
                raise section.at(WORDING_PLACES[name]).fail(
                    "differs from what has been signed and cannot change any more"
                )
    for name, value in (wording | read_hints(section.at("hints"))).items():
        setattr(petition, name, value)
    petition.goal = section.integer("goal", least=1)
    petition.opened_on = section.date("opened_on")  # type: ignore[assignment]
    petition.closes_on = section.date("closes_on", required=False)
    for name in PAIRED:
        part = section.at(name).only(*LANGUAGES, *(["short"] if name == "organiser" else []))
        for language in LANGUAGES:
            setattr(petition, f"{name}_{language}", part.text(language))
    petition.organiser_short = section.at("organiser").text("short")
    # Read always, so that a fault is never passed over; taken once: afterwards these two are the organisers' to change.
    state, is_featured = section.text("state"), section.flag("featured")
    if is_new:
        petition.state = state
        petition.is_featured = is_featured and not Petition.objects.filter(is_featured=True).exists()
    save(petition, section, PETITION_PLACES)
    return petition


RECIPIENT_TEXTS = ("as_printed", "name", "office", "body", "kind", "discloses")
RECIPIENT_OTHER = ("signatory_1991", "postal_address", "notes", "letters")
RECIPIENT_OPTIONAL = ("as_printed_km", "name_km", "honorific", "office_km", "role_note", "country")


def load_recipients(petition: Petition, section: Section) -> None:
    seen: set[Any] = set()
    for item in section.items():
        item.only("number", "position", *RECIPIENT_TEXTS, *RECIPIENT_OPTIONAL, *RECIPIENT_OTHER)
        key = {"number": item.integer("number", least=1), "position": item.integer("position", least=1)}
        once(seen, tuple(key.values()), item)
        row = Recipient.objects.filter(petition=petition, **key).first() or Recipient(petition=petition, **key)
        for name in RECIPIENT_TEXTS:
            setattr(row, name, item.text(name))
        for name in RECIPIENT_OPTIONAL:
            setattr(row, name, item.text(name, required=False))
        if row.country and row.country not in countries.CODES:
            raise item.at("country").fail(f"{row.country} is no country of ISO 3166-1")
        row.signatory_1991 = item.flag("signatory_1991")
        row.notes = "\n".join(item.texts("notes", required=False))
        if item.at("postal_address").value is not None:  # else the organisers' own stays
            row.postal_address = "\n".join(item.texts("postal_address"))
        save(row, item)
        load_forms_of_address(row, item.at("letters"))


def load_forms_of_address(recipient: Recipient, section: Section) -> None:
    seen: set[Any] = set()
    for order, item in enumerate(section.items(), 1):
        item.only("language", "name_line", "office_lines", "salutation", "closing", "role")
        key = {"recipient": recipient, "language": item.text("language")}
        once(seen, key["language"], item)
        row = FormOfAddress.objects.filter(**key).first() or FormOfAddress(**key)
        row.order = order
        row.name_line = item.text("name_line")
        row.office_lines = "\n".join(item.texts("office_lines"))
        row.salutation = item.text("salutation")
        row.closing = item.text("closing", required=False)
        row.role = item.text("role", required=False)
        save(row, item)


def load_tags(section: Section) -> dict[str, Tag]:
    known: dict[str, Tag] = {}
    seen: set[Any] = set()
    for item in section.items():
        slug = item.only("slug", *LANGUAGES).text("slug")
        once(seen, slug, item)
        tag = Tag.objects.filter(slug=slug).first() or Tag(slug=slug)
        tag.name_km, tag.name_en = item.text("km"), item.text("en")
        save(tag, item, {"name_km": "km", "name_en": "en"})
        known[slug] = tag
    return known


def load_updates(petition: Petition, tags: Section, updates: Section) -> None:
    known = load_tags(tags)
    seen: set[Any] = set()
    for item in updates.items():
        item.only("slug", "date", "title", "byline", "tags", "body")
        slug = item.text("slug")
        once(seen, slug, item)
        row = Update.objects.filter(petition=petition, slug=slug).first()
        if row is None:
            row = Update(petition=petition, slug=slug, is_published=True)
        row.published_on = item.date("date")  # type: ignore[assignment]
        words: dict[str, str] = {}
        for name in ("title", "body"):
            part = item.at(name).only(*LANGUAGES)
            words |= {f"{name}_{language}": part.text(language) for language in LANGUAGES}
        if row.pk and any(getattr(row, name) != text for name, text in words.items()):
            row.edited_at = timezone.now()
        for name, text in words.items():
            setattr(row, name, text)
        row.byline = item.text("byline", required=False)
        slugs = item.texts("tags", required=False)
        for tag_slug in slugs:
            if tag_slug not in known:
                raise item.at("tags").fail(f"{tag_slug} is not among the file's tags")
        save(row, item, UPDATE_PLACES)
        row.tags.set([known[tag_slug] for tag_slug in slugs])
