"""Who signs is told nothing of what the site thinks of it: held looks as confirmed does, blocked as taken."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from signatures import blind, lists, mail, mail_sending, mailbox, moderation, signing
from signatures.models import ListEntry, Signature
from tests.people import DARA, MARIE, confirmed, create_petition, create_staff, form, queued_mails, signed

pytestmark = pytest.mark.django_db
LANGUAGES = ["km", "en"]
WHO = MARIE._replace(wants_updates=True)


@pytest.fixture(autouse=True)
def read_anew():
    lists.forget()
    yield
    lists.forget()


@pytest.fixture
def petition():
    return create_petition()


def address(name, *args, lang="en"):
    with translation.override(lang):
        return reverse(name, args=args)


def said(answer, signature):
    """Status, headers and body, byte for byte, but for what is the signature's own: its link and its receipt."""
    own = [(signature.token, "TOKEN"), (signature.receipt, "RECEIPT"), (str(signature.pk), "NUMBER")]
    headers, body = "\n".join(f"{name}: {value}" for name, value in sorted(answer.headers.items())), answer.content
    for text, instead in own:
        headers, body = headers.replace(text, instead), body.replace(text.encode(), instead.encode())
    return answer.status_code, headers, body


def suspicious(petition, who):
    """Taken with what makes it held, and confirmed."""
    signature = signed(petition, who)
    Signature.objects.filter(pk=signature.pk).update(score=100, signals=["listed"])
    signature.refresh_from_db()
    signing.confirm(signature=signature)
    signature.refresh_from_db()
    return signature


def held_by_somebody(petition, who):
    signature = confirmed(petition, who)
    moderation.hold(ids=[signature.pk], reason="fraud", by=create_staff("chenda"))
    signature.refresh_from_db()
    return signature


@pytest.fixture(params=[suspicious, held_by_somebody])
def two(request, petition):
    """One that counts and one that is held, of twins."""
    counted, held = confirmed(petition, WHO), request.param(petition, WHO._replace(email="twin@example.net"))
    assert (counted.state, held.state) == ("confirmed", "held")
    return counted, held


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", ["signer", "unsubscribe"])
def test_own_page_is_the_same(client, two, path, lang):
    pages = [said(client.get(address(path, row.token, lang=lang)), row) for row in two]
    assert pages[0] == pages[1]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("act", ["confirm", "reject", "choices", "unsubscribe", "withdraw"])
def test_each_act_is_answered_the_same(client, two, act, lang):
    sent = {"visibility": "public", "public_name": WHO.name, "comment": "Another reason", "updates": "on"}
    answers = [said(client.post(address(act, row.token, lang=lang), sent), row) for row in two]
    after = [said(client.get(address("signer", row.token, lang=lang)), row) for row in two]
    assert (answers[0], after[0]) == (answers[1], after[1])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_confirming_is_answered_the_same(client, petition, lang):
    rows = [signed(petition, WHO), signed(petition, WHO._replace(email="twin@example.net"))]
    Signature.objects.filter(pk=rows[1].pk).update(score=100, signals=["listed"])
    pages = []
    for row in rows:
        confirm = client.post(address("confirm", row.token, lang=lang))
        pages.append((said(confirm, row), said(client.get(address("signer", row.token, lang=lang)), row)))
    assert pages[0] == pages[1]
    assert list(Signature.objects.order_by("pk").values_list("state", flat=True)) == ["confirmed", "held"]


def test_thanks_page_is_the_same_and_the_count_does_not_move(client, petition):
    confirmed(petition, DARA)
    before = client.get(address("thanks", petition.slug))
    suspicious(petition, WHO)
    after = client.get(address("thanks", petition.slug))
    assert (before.content, before.headers.items()) == (after.content, after.headers.items())


def test_json_tells_the_same_but_for_the_numbers(client, petition):
    confirmed(petition, DARA)
    before = client.get("/api/petitions/peace.json").json()
    suspicious(petition, WHO)
    after = client.get("/api/petitions/peace.json").json()
    moved = {name for name in before if before[name] != after[name]}
    assert (moved, after["count"], after["by_day"]) == ({"integrity"}, 1, {timezone.localdate().isoformat(): 1})


@pytest.mark.parametrize("kind", [mail_sending.ABOUT_SIGNING, mail_sending.SEATS_TAKEN])
def test_mails_are_the_same(two, mailoutbox, kind):
    def written(row):
        mail_sending.send(kind=kind, signature_id=row.pk, tries_before=0)
        message = mailoutbox.pop()
        parts = [message.subject, message.body, message.alternatives[0].content, str(sorted(message.extra_headers))]
        return re.sub(f"{re.escape(row.token)}|{re.escape(row.receipt)}", "OWN", "\n".join(parts))

    assert written(two[0]) == written(two[1])


def test_mail_to_confirm_is_the_same(petition, mailoutbox):
    for row in (signed(petition, WHO), signed(petition, WHO._replace(email="twin@example.net"))):
        Signature.objects.filter(pk=row.pk).update(score=row.pk % 2 * 100)
        mail.confirm(row)
    bodies = [re.sub(r"/s/[^/\s]+/|[A-Z0-9]{4}(-[A-Z0-9]{4})+", "OWN", message.body) for message in mailoutbox]
    assert bodies[0] == bodies[1]


def test_receipt_is_the_same_kind(two):
    assert len(two[0].receipt) == len(two[1].receipt)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("effect", ["allow", "hold", "block"])
def test_form_is_answered_the_same_whatever_the_lists_say(petition, lang, effect):
    def post(who):
        return Client().post(address("sign", petition.slug, lang=lang), form(who), REMOTE_ADDR="203.0.113.7")

    before = post(WHO)
    ListEntry.objects.create(network="203.0.113.0/24", effect=effect, note="x")
    lists.forget()
    after = post(WHO._replace(email="twin@example.net"))
    assert (before.status_code, sorted(before.headers.items())) == (after.status_code, sorted(after.headers.items()))
    assert before.content == after.content
    assert len(queued_mails()) == (1 if effect == "block" else 2)


def test_blocked_mailbox_is_answered_as_any_other(petition):
    canonical = mailbox.canonical(DARA.email)
    ListEntry.objects.create(mailbox_hash=blind.listed(canonical), effect="block", note="asked for it")
    lists.forget()
    answers = [Client().post(address("sign", petition.slug), form(who)) for who in (DARA, WHO)]
    assert answers[0].headers.items() == answers[1].headers.items()
    assert list(Signature.objects.values_list("mailbox_hash", flat=True)) == [blind.mailbox(WHO.email)]


def test_address_of_the_client_is_stored_nowhere(petition):
    from django.db import connection

    Client().post(address("sign", petition.slug), form(WHO), REMOTE_ADDR="203.0.113.77")
    assert Signature.objects.count() == 1
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s', ["%203.0.113%"])
            assert (table, cursor.fetchone()[0]) == (table, 0)
