"""The letters' default texts: from a content file, and how staff come back to them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from petition import audit
from petition.contentfile import Section, once, save
from petition.models import Petition
from petition.models.recipient import LetterLanguage
from signatures.delivery import letters
from signatures.delivery.models import LetterChange, LetterTemplate


def load_letters(petition: Petition, section: Section) -> None:
    """The letters' default texts, one a language, and under `changes` what single recipients' letters say otherwise. A
    text that staff have is not written over."""
    for language, item in section.entries():
        if language == "changes":
            _load_changes(petition, item)
        else:
            _load_letter(petition, language, item)


def _load_letter(petition: Petition, language: str, item: Section) -> None:
    item.only("subject", "body")
    if language not in LetterLanguage.values:
        raise item.fail("letters are written in en, fr or km")
    subject, body = item.text("subject"), item.text("body")
    for problem in letters.problems(body, subject):
        raise item.fail(str(problem))
    row = LetterTemplate.objects.filter(petition=petition, language=language).first()
    row = row or LetterTemplate(petition=petition, language=language, subject=subject, body=body)
    row.default_subject, row.default_body = subject, body
    save(row, item)


def _load_changes(petition: Petition, section: Section) -> None:
    seen: set[Any] = set()
    for item in section.items():
        item.only("number", "position", "language", "salutation", "subject", "body")
        place = {"number": item.integer("number", least=1), "position": item.integer("position", least=1)}
        recipient = petition.recipients.filter(**place).first()
        if recipient is None:
            raise item.fail("there is no such recipient")
        row = LetterChange(recipient=recipient, language=item.text("language"))
        for name in ("salutation", "subject", "body"):
            setattr(row, name, item.text(name, required=False))
        once(seen, (recipient.pk, row.language), item)
        for problem in letters.problems(row.body, row.subject or "-"):
            raise item.fail(str(problem))
        if not LetterChange.objects.filter(recipient=recipient, language=row.language).exists():
            save(row, item)


@transaction.atomic
def take_default(*, template: LetterTemplate, by: User) -> LetterTemplate:
    """Put the content file's text in place of what staff have written."""
    template.subject, template.body = template.default_subject, template.default_body
    template.save(update_fields=["subject", "body"])
    audit.record(by=by, act="take_default", target=template)
    return template
