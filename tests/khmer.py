"""What on a page is not Khmer, and a site whose texts are all in Khmer to look for it in."""

from __future__ import annotations

import datetime
import re
from html.parser import HTMLParser
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Model
from django.utils import timezone

from petition import approvals, audit
from petition.local.messages import LATIN_ALLOWED, LATIN_WORD, MARKUP, PLACEHOLDER
from petition.models import Approval, FormOfAddress, Petition, Recipient, Switch, Tag, Update
from signatures import moderation, signing, suspicion, trends
from signatures.delivery import samples
from signatures.delivery.models import (
    STEP_DAYS,
    Delivery,
    Fetch,
    FetchLink,
    LetterChange,
    Letterhead,
    LetterTemplate,
    Packet,
    Sample,
    Step,
)
from signatures.models import (
    FlaggedWord,
    HourTrend,
    ListEntry,
    MailboxRule,
    Mailing,
    Reason,
    RetentionPolicy,
    SignalSetting,
    Signature,
    Sweep,
    TrendLimit,
)
from tests import people

# Names that the notices tell in Latin letters.
NAMES = """
    AA Battambang Browser Font Hatthalekha JavaScript Khmer License MIT Moul Noto Open SIL Sans Tor VPN WCAG axe-core
    https oEmbed
""".split()
NAMES_WITH_DIGITS = re.compile(r"WCAG 2\.2|SHA-256|RFC 6962|ISO 3166-1")
ALLOWED = LATIN_ALLOWED | set(NAMES)

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SPOKEN = ("alt", "aria-label", "data-done", "placeholder", "summary", "title")
TOLD = {
    "description",
    *(f"{kind}:{part}" for kind in ("og", "twitter") for part in ("title", "description", "image:alt")),
}
# What is code or what somebody typed is the same in every language.
UNREAD = {"script", "style", "code", "textarea", "bdi"}


class Reader(HTMLParser):
    """All that is read or read out of a page, outside of what is marked as another language."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.heard: list[str] = []
        self._open: list[tuple[str, str]] = []  # (tag, language within it)
        self.feed(html)
        self.close()

    @property
    def _language(self) -> str:
        return self._open[-1][1] if self._open else "km"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        language = given.get("lang") or self._language
        if tag not in VOID:
            self._open.append((tag, language))
        if language != "km":
            return
        self.heard += [given[name] or "" for name in SPOKEN if name in given]
        if tag == "input" and given.get("type") in ("submit", "button", "reset"):
            self.heard.append(given.get("value") or "")
        if tag == "meta" and TOLD & {given.get("name"), given.get("property")}:
            self.heard.append(given.get("content") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            while self._open and self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if data.strip() and self._language == "km" and not UNREAD & {tag for tag, _language in self._open}:
            self.heard.append(data.strip())


def foreign(text: str, known: set[str] = frozenset()) -> bool:
    """Whether a text has a Latin word that is no name, or a Latin digit."""
    plain = MARKUP.sub(" ", PLACEHOLDER.sub(" ", NAMES_WITH_DIGITS.sub(" ", text)))
    words = set(LATIN_WORD.findall(plain)) - ALLOWED - known
    return bool(words or re.search("[0-9]", plain))


def english(html: str, known: set[str] = frozenset()) -> list[str]:
    """The texts of a page that are not Khmer. `known` are words of what users typed."""
    return list(dict.fromkeys(text for text in Reader(html).heard if foreign(text, known)))


# -- a site all in Khmer -------------------------------------------------------------------------------------------

WORDS = {"title_en": "ញត្តិ", "intro_en": "យើងស្នើសុំ", "short_title_en": "ញត្តិ", "organiser_en": "គណៈកម្មាធិការ"}
LINES = {"as_printed": "លោក", "name": "ឈ្មោះ", "office": "រដ្ឋមន្ត្រី", "body": "បារាំង", "as_printed_km": "លោក"}
# What users typed that must be Latin: addresses of pages, names of staff, domains.
ROOT = "ab" * 32
TYPED = {"peace", "paused", "closed", "draft", "news", "delivery", "soon", "bopha", "chenda", "vibol", "me", ROOT}
OCTOBER = datetime.date(2027, 10, 23)
NOW = datetime.datetime(2027, 10, 23, 2, 5, tzinfo=datetime.UTC)


def _petition(slug: str = "peace", **fields: Any) -> Petition:
    demands = {"demands_en": "សន្តិភាព\n\nយុត្តិធម៌", "organiser_short": "គ.ក.", "summary_en": "ញត្តិ"}
    return people.create_petition(slug, **(WORDS | demands | fields))


def _signer(number: int, **changes: Any) -> people.Person:
    return people.person(number, name=f"សុខ {'កខគឃងចឆជ'[number]}", **changes)


def _signatures(petition: Petition, vibol: Any) -> dict[str, Signature]:
    """One in each state, and words in each state of review."""
    shown = {"visibility": "public", "comment": "ដើម្បីសន្តិភាព"}
    rows = {
        "pending": people.signed(petition, _signer(0, wants_updates=True)),
        "confirmed": people.confirmed(petition, _signer(1, wants_updates=True, **shown)),
        "withdrawn": people.withdrawn(petition, _signer(2)),
        "held": people.confirmed(petition, _signer(3)),
        "approved": people.confirmed(petition, _signer(4, **shown)),
        "hidden": people.confirmed(petition, _signer(5, **shown)),
    }
    moderation.hold(ids=[rows["held"].pk], reason="fraud", by=vibol)
    by_the_site = people.signed(petition, _signer(6))
    Signature.objects.filter(pk=by_the_site.pk).update(signals=list(suspicion.SIGNALS), score=999)
    signing.confirm(signature=by_the_site)
    moderation.approve(ids=[rows["approved"].pk], by=vibol)
    moderation.hide(ids=[rows["hidden"].pk], reason="abuse", by=vibol)
    Signature.objects.filter(pk=rows["held"].pk).update(mail_fault="SMTPRecipientsRefused")
    return rows


def _sweeps(petition: Petition, signatures: dict[str, Signature], vibol: Any) -> Sweep:
    """One in each state, with every condition; gives one that is counted."""
    conditions = {
        **{"signed_from": "2027-10-01", "signed_to": "2027-10-23", "country": "KH", "language": "km", "origin": "web"},
        **{"state": "confirmed", "score_from": 0, "score_to": 60, "first": 1, "last": 9, "network_since": "2027-10-16"},
        "like": signatures["confirmed"].pk,
    }
    hashes: dict[str, Any] = {"network_hashes": [b"n"], "domain_hash": b"d", "name_hash": b"m"}
    counted = {"counted_at": NOW, "total": 2, "matched": {"confirmed": 2, "pending": 1}}
    fields = counted | {"sample": [signatures["confirmed"].pk, signatures["approved"].pk], "fault": "few"}
    begun = counted | {"started_at": NOW, "started_by": "vibol", "touched": 2, "skipped": 1, "restored": 1}
    for state in Sweep.State.values:
        own = counted if state in Sweep.UNSTARTED else begun
        own = own | ({"finished_at": NOW} if state in ("done", "cancelled", "undoing", "undone") else {})
        own = fields if state == "counting" else own
        Sweep.objects.create(
            petition=petition,
            act="hold",
            reason="fraud",
            made_by="vibol",
            state=state,
            conditions=conditions,
            **hashes,
            **own,
        )
    audit.record(by=vibol, act="count", target="signatures.sweep:1", detail={"conditions": sorted(conditions)})
    audit.record(by=vibol, act="start", target="signatures.sweep:1", detail={"does": "hide", "signatures": 2})
    return Sweep.objects.create(
        petition=petition,
        act="hide",
        reason="abuse",
        made_by="vibol",
        state="ready",
        conditions={"country": "KH"},
        **{**counted, "sample": fields["sample"], "counted_at": timezone.now()},
    )


def _deliveries(petition: Petition, recipients: list[Recipient]) -> list[Delivery]:
    """One in each state; the packets of the frozen one."""
    counts = {"confirmed": 1234, "named": 1000, "withheld": 234, "by_country": {"KH": 1234}}
    frozen = {"frozen_at": NOW, "confirmed": 1234, "counts": counts}
    states: dict[str, dict[str, Any]] = {
        "frozen": frozen,
        "planned": {"fault": "ថាសពេញ"},
        "building": frozen | {"step": "letters", "done": 1, "total": 24},
        "built": frozen,
        "handed_over": frozen,
    }
    rows = [
        Delivery.objects.create(petition=petition, ordinal=n, planned_on=OCTOBER, state=state, **fields)
        for n, (state, fields) in enumerate(states.items(), start=1)
    ]
    for recipient in recipients:
        Packet.objects.create(delivery=rows[0], recipient=recipient, handed_over_on=OCTOBER, channel="by_hand")
    for step in STEP_DAYS:
        left = {} if step in (Step.APPROVED, Step.PRINTED) else {"handed_over_on": OCTOBER}
        left |= {"channel": "other", "channel_other": "តាមមិត្តភក្តិ", "taken_by": "អ្នកយាម"} if left else {}
        days = {"approved_on": OCTOBER, STEP_DAYS[step]: OCTOBER} | left
        if step == Step.SENT:
            days |= {"handed_over_on": None, "taken_by": ""}
        recipient = people.create_recipient(petition, 9, len(STEP_DAYS) - list(STEP_DAYS).index(step), **LINES)
        Packet.objects.create(delivery=rows[3], recipient=recipient, **days)

    return rows


def _samples(delivery: Delivery, vibol: Any) -> Sample:
    """One that is checked and published, of which a line was wrong, and one that is not; gives the latter."""
    drawn = {"delivery": delivery, "root": ROOT, "size": 3, "by": vibol}
    checked = samples.draw(seed="៤ ៨ ១៥", **drawn)
    words = ("right", ""), ("wrong", "ទីក្រុងផ្សេង"), ("unknown", "គ្មានសន្លឹក")
    numbers = checked.rows.values_list("number", flat=True)
    found = {number: samples.Found(*one) for number, one in zip(numbers, words, strict=True)}
    samples.record(sample=checked, found=found, by=vibol)
    samples.publish(sample=checked, by=vibol)
    return samples.draw(seed="១៦ ២៣ ៤២", **drawn)


def _requests(deliveries: list[Delivery], vibol: Any) -> Approval:
    """One that waits, and one that is allowed to somebody else."""
    bopha = people.create_staff("bopha")
    why = "ដល់ថ្ងៃប្រគល់ជូន"
    for by, other in ((vibol, bopha), (bopha, vibol)):
        for delivery in (deliveries[0], deliveries[3]):
            fetch = approvals.ask(kind="fetch_packets", target=delivery, why=why, by=by)
            approvals.allow(approval=fetch, by=other)
    return approvals.ask(kind="build_delivery", target=deliveries[0], why=why, by=vibol)


def _fetch(packet: Packet) -> Fetch:
    """A copy by a link; the packet is on its way, so that the link is open."""
    Packet.objects.filter(pk=packet.pk).update(handed_over_on=None, channel="", place="")
    now = timezone.now()
    link = FetchLink.objects.create(
        packet=packet,
        token_hash=b"t",
        made_at=now,
        made_by="vibol",
        expires_at=now + datetime.timedelta(days=1),
        age_key="age1",
    )
    Fetch.objects.create(packet=packet, mark="0" * 16, at=now, by="bopha", is_encrypted=False)
    return Fetch.objects.create(packet=packet, mark="f" * 16, at=now, link=link, is_encrypted=True, size=1234)


def create_site() -> dict[str, Any]:
    """Rows of every model; `first` has one of each by its class."""
    vibol, petition = people.create_staff("vibol"), _petition()
    for slug in ("paused", "closed", "draft"):
        _petition(slug, state=slug)
    recipients = [
        people.create_recipient(petition, 1, 1, **LINES),
        people.create_recipient(petition, 2, 1, **LINES, discloses="totals", country="KH"),
    ]
    form = FormOfAddress.objects.create(
        recipient=recipients[0], language="km", name_line="លោក", office_lines="រដ្ឋមន្ត្រី", salutation="សូមគោរព"
    )
    tag = people.create_tag()
    Tag.objects.update(name_en="ការប្រគល់ជូន")
    RetentionPolicy.objects.update(note_en="គិតពីថ្ងៃចុះហត្ថលេខា។")
    update = people.create_update(petition, title_km="ដំណឹង", title_en="ដំណឹង", byline="គណៈកម្មាធិការ")
    update.tags.add(tag)
    people.create_update(petition, "soon", title_km="ដំណឹង", title_en="ដំណឹង", is_published=False)
    # By the update's own number: the mailing's pages have the one or the other in their address.
    mailing = Mailing.objects.create(pk=update.pk, update=update, total=3, taken=2, sent=1)
    signatures = _signatures(petition, vibol)
    sweep = _sweeps(petition, signatures, vibol)
    deliveries = _deliveries(petition, recipients)
    request = _requests(deliveries, vibol)
    sample = _samples(deliveries[0], vibol)
    letter = LetterTemplate.objects.create(petition=petition, language="km", subject="ញត្តិ", body="ចំនួន {count}។")
    letterhead = Letterhead.objects.create(petition=petition, address_km="ភ្នំពេញ", telephone="១២៣")
    letterhead.signers.create(name_km="ចាន់ ដារ៉ា", name_en="ចាន់ ដារ៉ា", role_km="ប្រធាន")
    change = LetterChange.objects.create(recipient=recipients[0], language="km", body="ចំនួន {count} នាក់។")
    LetterTemplate.objects.update(default_subject="ញត្តិ", default_body="ចំនួន {goal}។")
    Switch.objects.create(name="ask_for_work", by="vibol", why="មានម៉ាស៊ីនចុះហត្ថលេខា")
    audit.record(by=vibol, act="turn_on", target="switch:ask_for_work", detail={"why": "មានម៉ាស៊ីន"})
    audit.record(by=None, act="load", target=petition, detail={"file": "ឯកសារ"})
    first: list[Model] = [petition, recipients[0], form, tag, update, mailing, deliveries[0], letter, vibol]
    first += [letterhead, change]
    hour = trends.last_whole_hour(timezone.now())
    numbers = {"web": 1234, "suspicious": 1000, "top_name": 1200, "confirmed_so_far": 1, "held_so_far": 1}
    first += [HourTrend.objects.create(petition=petition, hour=hour, **numbers)]
    first += [ListEntry.objects.create(mailbox_hash=b"m", effect="block", note="បានសុំ", until=OCTOBER)]
    first += [SignalSetting.objects.earliest("pk"), TrendLimit.objects.earliest("pk")]
    first += [request]
    first += [RetentionPolicy.objects.earliest("pk")]
    first += [Packet.objects.earliest("pk"), MailboxRule.objects.earliest("pk"), signatures["confirmed"]]
    first += [Reason.objects.earliest("pk"), FlaggedWord.objects.get_or_create(text="ឡប់សតិ")[0]]
    first += [sweep, sample, _fetch(Packet.objects.earliest("pk"))]
    first += [Group.objects.earliest("pk"), audit.record(by=vibol, act="log_in", target=vibol)]
    return {"petition": petition, "signatures": signatures, "first": {type(row): row for row in first}}


def unpublished() -> Update:
    return Update.objects.get(slug="soon")
