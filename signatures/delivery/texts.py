"""What goes into a petition's letters, as it stands in live rows: for the freeze, for previews, and for the second
person who approves it."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from typing import Any

from django.utils.translation import gettext_noop as _

from petition.models import FormOfAddress, Petition, Recipient
from petition.models.petition import split_paragraphs
from signatures.delivery.models import LetterChange, Letterhead, LetterTemplate
from signatures.delivery.problems import FreezeRefused


def describe_petition(petition: Petition) -> dict[str, Any]:
    return {
        "slug": petition.slug,
        "goal": petition.goal,
        "opened_on": petition.opened_on.isoformat(),
        "title": {"km": petition.title_km, "en": petition.title_en},
        "title_hints_km": petition.title_hints_km,
        "short_title": {"km": petition.short_title_km, "en": petition.short_title_en},
        "organiser": {
            "km": petition.organiser_km,
            "en": petition.organiser_en,
            "short": petition.organiser_short,
        },
        "intro": {"km": petition.intro_km, "en": petition.intro_en},
        "intro_hints_km": petition.intro_hints_km,
        "demands": {
            "km": split_paragraphs(petition.demands_km),
            "en": split_paragraphs(petition.demands_en),
        },
        "demands_hints_km": split_paragraphs(petition.demands_hints_km),
        "sign_off": {"km": petition.sign_off_km, "en": petition.sign_off_en},
    }


def describe_letterhead(petition: Petition) -> dict[str, Any]:
    """As signatures.delivery.letterheads reads it; all of it empty where nobody has written one."""
    row = Letterhead.objects.filter(petition=petition).prefetch_related("signers").first()
    head = row or Letterhead()
    return {
        "organiser_fr": head.organiser_fr,
        "reference": head.reference,
        "address": {
            "km": head.address_km.splitlines(),
            "en": head.address_en.splitlines(),
            "fr": head.address_fr.splitlines(),
        },
        "email": head.email,
        "telephone": head.telephone,
        "site": head.site,
        "signers": [
            {
                "name": {"km": signer.name_km, "en": signer.name_en},
                "role": {"km": signer.role_km, "en": signer.role_en, "fr": signer.role_fr},
            }
            for signer in (row.signers.all() if row else [])
        ],
    }


def folder_name(recipient: Recipient) -> str:
    """`01-1-antonio-guterres`: number and position as printed, the name in ASCII."""
    plain = unicodedata.normalize("NFKD", recipient.name.replace("đ", "d").replace("Đ", "D"))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower())
    while len("-".join(words)) > 60 and len(words) > 1:
        words.pop()
    return f"{recipient.number:02}-{recipient.position}-{'-'.join(words)[:60] or 'recipient'}"


def describe_letter(form: FormOfAddress, template: LetterTemplate, change: LetterChange | None) -> dict[str, Any]:
    """The text for all, with what is another one for this recipient."""
    own = change or LetterChange()
    return {
        "language": form.language,
        "name_line": form.name_line,
        "office_lines": form.office_lines.splitlines(),
        "salutation": own.salutation or form.salutation,
        "closing": form.closing,
        "role": form.role,
        "subject": own.subject or template.subject,
        "body": own.body or template.body,
    }


def _letters(recipient: Recipient, templates: dict[str, LetterTemplate]) -> list[dict[str, Any]]:
    changes = {change.language: change for change in recipient.letter_changes.all()}
    letters = []
    for form in recipient.forms_of_address.all():
        template = templates.get(form.language)
        if template is None:
            raise FreezeRefused(
                _("There is no letter in the language %(language)s, in which %(recipient)s is to receive one."),
                language=form.language,
                recipient=recipient.code,
            )
        letters.append(describe_letter(form, template, changes.get(form.language)))
    return letters


def describe_recipients(petition: Petition) -> list[dict[str, Any]]:
    """Each with its letters. FreezeRefused where one has no text."""
    templates = {t.language: t for t in petition.letter_templates.all()}
    return [
        {
            "number": r.number,
            "position": r.position,
            "folder": folder_name(r),
            "as_printed": r.as_printed,
            "as_printed_km": r.as_printed_km,
            "name": r.name,
            "country": r.country or None,
            "discloses": r.discloses,
            "letters": _letters(r, templates),
        }
        for r in petition.recipients.prefetch_related("forms_of_address", "letter_changes")
    ]


def digest(petition: Petition) -> str:
    """SHA-256, in hex, over all that people have written for the letters. Another text, name or form of address is
    another digest; one more signature is none. FreezeRefused as above."""
    written = [describe_petition(petition), describe_letterhead(petition), describe_recipients(petition)]
    return hashlib.sha256(json.dumps(written, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
