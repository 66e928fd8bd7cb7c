"""No English is left in Khmer: every page of the site and of the staff, its errors, its mails."""

from __future__ import annotations

import json
import re

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone, translation

from petition.local.messages import LATIN_WORD
from petition.models import Approval
from signatures import mail, moderation, trends
from signatures.delivery.admin import board
from signatures.delivery.models import Delivery, Packet, Sample
from signatures.models import Signature, Sweep
from tests import people
from tests.khmer import TYPED, create_site, english, foreign
from tests.pages import Page

pytestmark = pytest.mark.django_db

KHMER = {"Accept-Language": "km"}
# A group's own page shows the name by which the database keeps it, in the field where it is changed.
KEPT_NAMES = {"organisers", "delivery", "staff", "administrators"}


@pytest.fixture
def world(settings, tmp_path):
    settings.DELIVERY_DIR = tmp_path
    with translation.override("km"):
        return create_site()


def patterns(urls, before=""):
    """(name, parameters) of each address below `urls`."""
    for pattern in urls:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name, re.findall(r"[<](?:\w+:)?(\w+)[>]", before + str(pattern.pattern))


def looked_at(answer):
    """A page to be read; not a redirect, a file or a refusal without words."""
    return "text/html" in answer.headers.get("Content-Type", "") and answer.status_code not in (301, 302, 303, 405)


def found(pages, known=TYPED):
    """What is English, by page; `pages` are (address, answer)."""
    left, site = {}, settings.SITE_URL.partition("://")[2]
    for path, answer in pages:
        if looked_at(answer):
            extra = KEPT_NAMES if "/auth/group/" in path else set()
            if texts := english(answer.content.decode().replace(site, ""), set(known) | extra):
                left[path] = texts
    return left


def staff_pages(first):
    """The address of each page of the staff, those of a single row with a row of the site."""
    rows = {f"{row._meta.app_label}_{row._meta.model_name}": row for row in first.values()}
    for name, parameters in patterns(admin.site.urls[0]):
        if name in ("view_on_site", "logout", "autocomplete", "jsi18n"):
            continue
        model = "_".join(name.split("_")[:2])
        values = {
            "app_label": "petition",
            "language": "km",
            "recipient": rows["petition_recipient"].pk,
            **{word: rows[model].pk for word in ("object_id", "pk", "id") if model in rows},
        }
        yield reverse(f"admin:{name}", kwargs={word: values[word] for word in parameters})


@pytest.mark.parametrize("who", [*people.STAFF, "root"])
def test_no_english_on_any_page_of_the_staff(client, world, who):
    user = User.objects.filter(username=who).first()
    if user is None:
        user = User.objects.create_superuser("root") if who == "root" else people.create_staff(who)
    client.force_login(user)

    pages = [(path, client.get(path, headers=KHMER)) for path in staff_pages(world["first"])]

    assert len([answer for _path, answer in pages if answer.status_code == 200]) > 20
    assert found(pages, TYPED | {"root"}) == {}


def test_no_english_in_the_rooms_of_one_row_in_each_of_its_states(client, world):
    client.force_login(User.objects.create_superuser("root"))
    signatures = [f"/admin/signatures/signature/{row.pk}/change/" for row in world["signatures"].values()]
    deliveries = [
        f"/admin/delivery/delivery/{row.pk}/{page}/"
        for row in world["petition"].deliveries.all()
        for page in ("change", "freeze", "progress", "history", "board", "hour", "letters")
    ]
    acts = [
        f"/admin/delivery/delivery/{packet.delivery_id}/step/?act={act}&packet={packet.pk}"
        for packet in Packet.objects.all()
        for act in board.VERBS
    ]
    packets = [
        f"/admin/delivery/packet/{packet.pk}/{page}/"
        for packet in Packet.objects.all()
        for page in ("change", "answer", "receipt", "take-back")
    ]
    sweeps = [
        f"/admin/signatures/sweep/{row.pk}/{page}/"
        for row in Sweep.objects.all()
        for page in ("change", "start", "undo")
    ]
    likes = [
        f"/admin/signatures/sweep/add/?like={world['signatures']['confirmed'].pk}&by={by}"
        for by in ("network", "domain", "name")
    ]
    lists = [
        *sweeps,
        *likes,
        "/admin/petition/recipient/?q=ឈ្មោះ&discloses__exact=names",
        "/admin/petition/update/?is_published__exact=1&o=1.2",
        "/admin/signatures/signature/?state=held&country=KH",
        "/admin/petition/auditentry/?by=system",
        f"/admin/petition/approval/ask/?kind=fetch_packets&target=delivery.delivery:{world['first'][Delivery].pk}",
        "/admin/auth/user/?is_active__exact=1",
        "/admin/signatures/signature/suspicious/?below=999-9999999",
        "/admin/signatures/listentry/?effect__exact=block&q=x",
    ]

    pages = [(path, client.get(path, headers=KHMER)) for path in (*signatures, *deliveries, *acts, *packets, *lists)]

    assert found(pages, TYPED | {"root"}) == {}


def test_no_english_in_what_the_staff_are_told_when_they_save(client, world):
    client.force_login(User.objects.create_superuser("root"))
    pages = []
    for model, row in world["first"].items():
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}"
        for form in (f"{path}/add/", f"{path}/{row.pk}/change/"):
            asked = client.get(form, headers=KHMER)
            if asked.status_code == 200 and "csrfmiddlewaretoken" in (values := Page(asked).values):
                kept = {name: value for name, value in values.items() if "FORMS" in name} if "/add/" in form else values
                pages.append((f"saved {form}", client.post(form, kept, headers=KHMER, follow=True)))
                history = client.get(form.replace("change", "history"), headers=KHMER)
                pages.append((f"history of {form}", history))

    assert len(pages) > 20
    assert found(pages, TYPED | {"root"}) == {}


def decided(number, do, reason="", seen=None):
    """What the queue's form says of a row."""
    mark = moderation.mark(Signature.objects.get(pk=number))
    return {f"seen-{number}": seen or mark, f"do-{number}": do, f"reason-{number}": reason}


def of_letters(recipient):
    yield f"/admin/delivery/delivery/{recipient.petition.deliveries.get(state='planned').pk}/freeze/", {}
    for letters, sent in (
        ("lettertemplate", {}),
        ("letterchange", {}),
        ("letterchange", {"recipient": recipient.pk, "language": "fr", "body": "x"}),
    ):
        yield f"/admin/delivery/{letters}/preview/", sent


def test_no_english_in_what_the_staff_are_asked_and_refused(client, world):
    client.force_login(User.objects.create_superuser("root", password=people.PASSWORD))
    held, confirmed = (world["signatures"][state].pk for state in ("held", "confirmed"))
    packet = world["petition"].deliveries.get(ordinal=1).packets.earliest("pk")
    request, fetched = world["first"][Approval].pk, f"delivery.delivery:{packet.delivery_id}"
    sweep = world["first"][Sweep].pk
    signatures = "/admin/signatures/signature/"
    posts = [
        (f"{signatures}hold/", {"number": [held, confirmed]}),
        (f"{signatures}hold/", {"number": [held, confirmed], "sure": "1"}),
        (f"{signatures}release/", {"number": [held, confirmed]}),
        (f"{signatures}hold/", {"number": [confirmed], "sure": "1", "reason": "fraud"}),
        (f"{signatures}release/", {"number": [held], "sure": "1"}),
        (f"{signatures}hold/", {}),
        (f"{signatures}queue/", {"act": "take"}),
        (f"{signatures}queue/", {"act": "send", **decided(confirmed, "hide")}),
        (f"{signatures}queue/", {"act": "send", **decided(confirmed, "hide", "abuse")}),
        (f"{signatures}queue/", {"act": "send", **decided(confirmed, "approve")}),
        (f"{signatures}queue/", {"act": "undo_last"}),
        (f"{signatures}queue/", {"act": "send", **decided(confirmed, "approve", seen="other")}),
        (f"{signatures}queue/", {"act": "send"}),
        *((f"{signatures}queue/", {"act": act}) for act in ("skip", "leave")),
        ("/admin/petition/switch/turn/", {"name": "pause_signing", "on": "1"}),
        ("/admin/petition/switch/turn/", {"name": "hold_mail", "on": "1", "why": "មានបញ្ហា"}),
        ("/admin/petition/switch/turn/", {"name": "hold_mail"}),
        *(
            ("/admin/signatures/sweep/add/", {"act": "hold", "reason": "fraud", field: value})
            for field, value in (
                ("network", "x"),
                ("network", "10.0.0.0/8"),
                ("domain", "é" * 70),
                ("score_from", "-1"),
            )
        ),
        ("/admin/signatures/sweep/add/", {"act": "release", "first": "9", "last": "1"}),
        ("/admin/signatures/sweep/add/", {"act": "release", "domain": "gmail.com"}),
        *((f"/admin/signatures/sweep/{sweep}/start/", {"number": number}) for number in ("", "ក", "1", "2", "2")),
        (f"/admin/signatures/sweep/{sweep}/undo/", {}),
        ("/admin/delivery/lettertemplate/preview/", {}),
        *of_letters(packet.recipient),
        (f"/admin/delivery/delivery/{packet.delivery_id}/build/", {}),
        (f"/admin/petition/approval/ask/?kind=fetch_packets&target={fetched}", {}),
        (f"/admin/petition/approval/ask/?kind=fetch_packets&target={fetched}", {"why": "ដល់ថ្ងៃ"}),
        (f"/admin/petition/approval/ask/?kind=fetch_packets&target={fetched}", {"why": "ដល់ថ្ងៃ"}),
        *((f"/admin/petition/approval/{request}/{act}/", {}) for act in ("withdraw", "allow", "refuse")),
        (f"/admin/delivery/delivery/{packet.delivery_id}/build/", {}),
        ("/admin/password_change/", {}),
        ("/admin/password_change/", {"old_password": "x", "new_password1": "ab", "new_password2": "ab"}),
        ("/admin/auth/user/add/", {"username": "!", "password1": "1", "password2": "2"}),
        ("/admin/logout/", {}),
        ("/admin/login/", {}),
        ("/admin/login/", {"username": "root", "password": "wrong"}),
    ]

    pages = [
        (f"{n}: {path}", client.post(path, sent, headers=KHMER, follow=True)) for n, (path, sent) in enumerate(posts)
    ]

    assert found(pages, TYPED | {"root"}) == {}


def test_no_english_in_what_is_said_of_an_observers_sample(client, world):
    client.force_login(User.objects.create_superuser("root"))
    sample = world["first"][Sample]
    line, rows = sample.rows.earliest("number").number, "/admin/delivery/sample"
    drawing = f"{rows}/draw/{sample.delivery_id}/"
    posts = [
        *(
            (drawing, {"seed": seed, "size": size, "root": "x"})
            for seed, size in (("", ""), ("🎲", "9999"), ("a", "0"))
        ),
        (drawing, {"seed": sample.seed, "size": "3", "root": sample.root}),
        (f"{rows}/{sample.pk}/change/", {f"{line}-outcome": "wrong"}),
        (f"{rows}/{sample.pk}/change/", {f"{line}-outcome": "right"}),
        (f"{rows}/{sample.pk}/act/", {"act": "publish"}),
        (f"{rows}/{sample.pk - 1}/change/", {}),
        (f"{rows}/{sample.pk - 1}/act/", {"act": "unpublish"}),
    ]

    pages = [
        (f"{n}: {path}", client.post(path, sent, headers=KHMER, follow=True)) for n, (path, sent) in enumerate(posts)
    ]

    assert found(pages, TYPED | {"root"}) == {}


def test_no_english_in_what_the_staff_are_told_on_the_day_of_the_delivery(client, world):
    client.force_login(User.objects.create_superuser("root"))
    every = list(Packet.objects.filter(delivery__state="built").values_list("pk", flat=True))
    built = Packet.objects.filter(delivery__state="built", state="approved").get()
    delivery = f"/admin/delivery/delivery/{built.delivery_id}/"
    posts = [
        (f"{delivery}step/", {}),
        (f"{delivery}step/", {"act": "printed", "packet": built.pk, "on": "x"}),
        (f"{delivery}step/", {"act": "handed_over", "packet": built.pk, "on": "2199-01-01", "channel": "other"}),
        (f"{delivery}step/", {"act": "printed", "packet": every, "on": "2026-11-01"}),
        (f"{delivery}hour/", {"until": "x"}),
        (f"{delivery}hour/", {"until": "2001-01-01T10:00"}),
        (f"{delivery}hour/", {"until": "2199-01-01T10:00"}),
        (f"{delivery}mail-at-the-hour/", {"wanted": "1"}),
        (f"/admin/delivery/packet/{built.pk}/answer/", {"on": "2026-11-01"}),
        (f"/admin/delivery/packet/{built.pk}/receipt/", {}),
        (f"/admin/delivery/packet/{built.pk}/take-back/", {}),
        (f"/admin/delivery/packet/{built.pk}/take-back/", {"step": "approved", "why": "ច្រឡំ"}),
        (f"/admin/delivery/packet/{built.pk}/take-back/", {"step": "approved", "why": "ច្រឡំ"}),
    ]

    pages = [
        (f"{n}: {path}", client.post(path, sent, headers=KHMER, follow=True)) for n, (path, sent) in enumerate(posts)
    ]

    assert found(pages, TYPED | {"root"}) == {}


def test_no_english_in_the_words_of_the_staffs_scripts(client):
    client.force_login(people.create_staff("vibol"))
    script = client.get("/admin/jsi18n/", headers=KHMER).content.decode()
    catalog = json.loads(re.search(r"const newcatalog = (\{.*?\});", script, re.DOTALL)[1])

    assert catalog["Today"] == "ថ្ងៃនេះ"
    assert {
        name: text for name, text in catalog.items() if foreign(" ".join(text) if type(text) is list else text)
    } == {}


# -- the public site -----------------------------------------------------------------------------------------------


def public_pages(world):
    """The address of each page of the site, with what the site has for its parameters."""
    values = {
        "slug": "peace",
        "update": "news",
        "tag": "delivery",
        "place": "1.1",
        "token": world["signatures"]["confirmed"].token,
    }
    with translation.override("km"):
        for resolver in get_resolver().url_patterns:
            if isinstance(resolver, URLResolver) and "admin" not in str(resolver.pattern):
                for name, parameters in patterns(resolver.url_patterns, str(resolver.pattern)):
                    yield reverse(name, kwargs={word: values[word] for word in parameters})


def test_no_english_on_any_public_page(client, world):
    pages = [(path, client.get(path, headers=KHMER)) for path in public_pages(world)]

    assert len([path for path, answer in pages if looked_at(answer)]) > 12
    assert found(pages) == {}


def test_no_english_on_the_pages_of_each_state(client, world):
    paths = ["/km/nothing/", "/km/s/forged/", "/km/petitions/draft/"]
    for slug in ("paused", "closed"):
        paths += [f"/km/petitions/{slug}/", f"/km/petitions/{slug}/sign/", f"/km/petitions/{slug}/recipients/"]
        paths.append(f"/km/petitions/{slug}/verify/")
    for signature in world["signatures"].values():
        paths += [
            f"/km/s/{signature.token}/",
            f"/km/s/{signature.token}/?saved",
            f"/km/s/{signature.token}/unsubscribe/",
        ]
    pages = [(path, client.get(path, headers=KHMER)) for path in paths]
    confirmed, pending = (world["signatures"][state].token for state in ("confirmed", "pending"))
    pages += [
        ("unsubscribed", client.post(f"/km/s/{confirmed}/unsubscribe/")),
        ("rejected", client.post(f"/km/s/{pending}/reject/", follow=True)),
        ("withdrawn", client.post(f"/km/s/{confirmed}/withdraw/", follow=True)),
    ]

    assert found(pages) == {}


BAD = {
    "name": ["", "ក", "ក" * 101, "ក-- --ក", "សុខ\u0000", "https://example.org", "ក" * 9, "សុខa", "្ក", "សុខ!"],
    "email": ["", "x", f"{'x' * 250}@example.org", "x@localhost"],
    "country": ["", "ZZ"],
    "city": ["ភ្នំពេញ!", "-ក", "ក" * 101, "ភ្នំពេញ\u0000"],
    "visibility": ["", "x"],
    "comment": ["ក" * 501, "https://example.org"],
    "website": ["x"],
    "agree": [""],
}


@pytest.mark.parametrize("field", BAD)
def test_no_english_in_an_error_of_the_sign_form(client, world, field):
    whole = people.form(people.SOKHA, visibility="public")

    pages = [(value[:20], client.post("/km/petitions/peace/sign/", whole | {field: value})) for value in BAD[field]]

    assert {answer.status_code for _value, answer in pages} == {422}
    assert found(pages, TYPED | {word for value in BAD[field] for word in LATIN_WORD.findall(value)}) == {}


@pytest.mark.parametrize(
    "sent", [{}, {"visibility": "public", "public_name": ""}, {"visibility": "public", "public_name": "មិនមែនខ្ញុំ"}]
)
def test_no_english_in_an_error_of_the_signers_choices(client, world, sent):
    answer = client.post(f"/km/s/{world['signatures']['confirmed'].token}/choices/", sent)

    assert answer.status_code == 422
    assert found([("", answer)]) == {}


def test_no_english_in_the_khmer_half_of_the_mail_to_staff(world, mailoutbox, settings):
    hour = trends.last_whole_hour(timezone.now())
    mail.alarm(trends.findings(hour), hour=hour, address="chenda@example.org")
    text, html = mailoutbox[-1].body, mailoutbox[-1].alternatives[0].content
    site = settings.SITE_URL.partition("://")[2]

    lines = [line for line in text.partition("--------")[0].splitlines() if "/admin/" not in line]
    assert len(lines) > 15 and [line for line in lines if foreign(line)] == []
    assert [words for words in english(html.replace(site, "")) if "/admin/" not in words] == []


@pytest.mark.parametrize("name", ["confirm", "already_signed", "seats_taken"])
def test_no_english_in_a_mail(world, mailoutbox, settings, name):
    signature = world["signatures"]["pending"]
    getattr(mail, name)(signature)
    message = mailoutbox[-1]
    site = settings.SITE_URL.partition("://")[2]
    texts = [message.subject, message.body, *(alternative.content for alternative in message.alternatives)]

    plain = [text.replace(signature.receipt, "").replace(site, "") for text in texts]

    assert [line for line in f"{plain[0]}\n{plain[1]}".splitlines() if foreign(line)] == []
    assert english(plain[2]) == []


def test_every_group_that_the_migrations_make_has_a_name_in_khmer(db):
    from petition.admin import rights

    assert set(Group.objects.values_list("name", flat=True)) == set(rights.GROUPS)
