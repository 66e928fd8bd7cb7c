"""The cast of the tests, and what they need to act.

Sokha, in Phnom Penh, wants to be counted and no more: being known could cost her job. Dara, in Long Beach, gives his
name to the recipients. Marie, in Paris, shows hers and says why.
Chenda is an organiser: she writes the petition and watches the queue. Bopha is delivery staff: she makes and hands over
the packets. Vibol administrates: he gives the others their rights, and may all that they may.
"""

from __future__ import annotations

import datetime
import io
from typing import Any, NamedTuple

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from petition import approvals, pictures
from petition.models import Approval, Petition, Recipient, Tag, Update, UpdatePicture
from signatures import blind, erasure, mail_sending, mailbox, moderation, names, signing
from signatures.models import Signature

NETWORK = "203.0.113.0/24"


class Person(NamedTuple):
    name: str
    email: str
    country: str
    city: str
    visibility: str
    comment: str = ""
    language: str = "km"
    wants_updates: bool = False


SOKHA = Person("សុខ សុខា", "sokha.sok@example.org", "KH", "ភ្នំពេញ", "count")
DARA = Person("Dara Chan", "Dara.Chan@example.com", "US", "Long Beach", "deliver", language="en", wants_updates=True)
MARIE = Person("Marie Léa Dupont", "marie@example.net", "FR", "Paris", "public", "Pour la paix.", "en")

STAFF = {"chenda": "organisers", "bopha": "delivery staff", "vibol": "administrators"}
# What the migrations promise, in days.
PENDING_DAYS, NETWORK_DAYS, MAILING_DAYS = 14, 7, 7
PASSWORD = "a river has two banks"


def create_staff(name: str) -> User:
    """One of STAFF, with the rights that the migrations give their group."""
    user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=STAFF[name]))
    return user


def asked(kind: str, target: Model | str, by: User) -> Approval:
    return approvals.ask(kind=kind, target=target, why="The day has come.", by=by)


def allowed(kind: str, target: Model | str, by: User) -> Approval:
    """What `by` has asked for and a second person, who may all, has allowed."""
    second, _made = User.objects.get_or_create(username="second", defaults={"is_staff": True, "is_superuser": True})
    return approvals.allow(approval=asked(kind, target, by), by=second)


def create_petition(slug: str = "peace", **fields: Any) -> Petition:
    return Petition.objects.create(
        **{
            "slug": slug,
            "state": "open",
            "goal": 1_000_000,
            "opened_on": datetime.date(2017, 10, 23),
            "title_km": "ហត្ថលេខាមួយលាន",
            "title_en": "One million signatures",
            "intro_km": "យើងស្នើសុំ",
            "intro_en": "We ask.",
            "demands_km": "សន្តិភាព\n\nយុត្តិធម៌",
            "demands_en": "Peace.\n\nJustice.",
            "short_title_km": "សន្តិភាព",
            "short_title_en": "Peace now",
            "organiser_km": "គណៈកម្មាធិការ",
            "organiser_en": "The committee",
            "organiser_short": "CEROC",
        }
        | fields
    )


def create_recipient(petition: Petition, number: int = 1, position: int = 1, **fields: Any) -> Recipient:
    return Recipient.objects.create(
        **{
            "petition": petition,
            "number": number,
            "position": position,
            "as_printed": f"Recipient {number}.{position}",
            "name": f"Name {number}.{position}",
            "office": "Minister",
            "body": "State",
            "country": "FR",
            "discloses": "names",
        }
        | fields
    )


def create_update(petition: Petition, slug: str = "news", **fields: Any) -> Update:
    return Update.objects.create(
        **{
            "petition": petition,
            "slug": slug,
            "is_published": True,
            "published_on": datetime.date(2017, 11, 2),
            "title_km": f"ដំណឹង {slug}",
            "title_en": f"News {slug}",
            "body_km": "សង្ខេប\n\n<!-- more -->\n\nសេចក្តីលម្អិត",
            "body_en": "The lead.\n\n<!-- more -->\n\nThe rest.",
        }
        | fields
    )


def create_tag(slug: str = "delivery") -> Tag:
    return Tag.objects.create(slug=slug, name_km="ការប្រគល់ជូន", name_en="Delivery")


def photo(width: int = 1200, height: int = 800, form: str = "JPEG", **saved: Any) -> bytes:
    """A picture file as a camera or a screen makes it: its upper left quarter is red, the rest white."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("red", (0, 0, width // 2, height // 2))
    file = io.BytesIO()
    image.save(file, form, **saved)
    return file.getvalue()


def create_picture(update: Update, number: int = 1, **fields: Any) -> UpdatePicture:
    """With its files, as if an organiser had sent it."""
    sent = fields.pop("sent", None) or photo()
    with transaction.atomic():
        prepared = pictures.prepare(io.BytesIO(sent), len(sent))
        pictures.store(prepared)
        return UpdatePicture.objects.create(
            **{
                "update": update,
                "number": number,
                "digest": prepared.digest,
                "width": prepared.width,
                "height": prepared.height,
                "alt_km": "មនុស្សជាច្រើន",
                "alt_en": "Many people",
            }
            | fields
        )


def person(number: int, **changes: Any) -> Person:
    """One of as many as are asked for, each with a mailbox and a name of their own, at a great provider as most people
    are: many from one small mail domain would be suspicious."""
    letters = "".join("abcdefghij"[int(digit)] for digit in str(number))
    return SOKHA._replace(name=f"Signer {letters}", email=f"signer{number}@gmail.com")._replace(**changes)


def form(who: Person, **changes: Any) -> dict[str, Any]:
    """The sign form as `who` fills it in. None takes a field away."""
    fields = {
        "name": who.name,
        "email": who.email,
        "country": who.country,
        "city": who.city,
        "visibility": who.visibility,
        "comment": who.comment,
        "agree": "on",
        **({"updates": "on"} if who.wants_updates else {}),
    }
    return {name: value for name, value in (fields | changes).items() if value is not None}


def sign(petition: Petition, who: Person, network: str = NETWORK) -> None:
    signing.sign(petition=petition, network=network, **who._asdict())


def rows_of(petition: Petition, who: Person) -> list[Signature]:
    """What is stored of a mailbox, oldest first."""
    hashed = blind.mailbox(mailbox.canonical(who.email))
    return list(Signature.objects.filter(petition=petition, mailbox_hash=hashed).order_by("pk"))


def signed(petition: Petition, who: Person, network: str = NETWORK) -> Signature:
    """Their signature, taken and not yet confirmed."""
    sign(petition, who, network)
    hashed = blind.name(names.match_key(who.name), petition.pk)
    return next(row for row in rows_of(petition, who) if bytes(row.name_hash) == hashed)


def confirmed(petition: Petition, who: Person) -> Signature:
    signature = signed(petition, who)
    signing.confirm(signature=signature)
    signature.refresh_from_db()
    return signature


def held(petition: Petition, who: Person) -> Signature:
    signature = confirmed(petition, who)
    moderation.hold(ids=[signature.pk], reason="fraud", by=create_staff("chenda"))
    return signature


def withdrawn(petition: Petition, who: Person) -> Signature:
    signature = confirmed(petition, who)
    erasure.withdraw(signature=signature)
    return signature


def made_old(signature: Signature, days: int = PENDING_DAYS + 1) -> Signature:
    """As if it had been signed so many days ago; else one day too many for its link."""
    Signature.objects.filter(pk=signature.pk).update(signed_on=timezone.localdate() - datetime.timedelta(days=days))
    return signature


def queued_mails() -> list[dict[str, Any]]:
    """The arguments of the mails that wait, in the order in which they will go."""
    jobs = ProcrastinateJob.objects.filter(queue_name="mail", status="todo").order_by("id")
    return [job.args for job in jobs]


def send_queued_mails() -> None:
    """What the worker does with each of them, in this transaction."""
    for mail in queued_mails():
        mail_sending.send(**mail, tries_before=0)
