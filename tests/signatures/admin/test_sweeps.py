"""The staff's pages of a sweep: the conditions, the count, the start, how far it is, and the undoing."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from petition.models import AuditEntry
from signatures import erasure, moderation, networks, queries, sweep_scope, sweeps, sweeps_running
from signatures.models import Sweep
from tests.people import DARA, NETWORK, SOKHA, confirmed, create_petition, create_staff, person, signed
from tests.sweeps import made, shown, signers, started, states, swept, undone

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
LIST = "/admin/signatures/sweep/"
ADD = f"{LIST}add/"
HOLD = {"act": "hold", "reason": "fraud"}


@pytest.fixture
def petition():
    return create_petition()


@pytest.fixture
def chenda(client):
    chenda = create_staff("chenda")
    client.force_login(chenda)
    return chenda


def address(row, act="change"):
    return f"{LIST}{row.pk}/{act}/"


def page(client, path):
    answer = client.get(path, headers=ENGLISH)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def asked(client, **fields):
    """The sweep that the form makes of what is typed, counted."""
    answer = client.post(ADD, HOLD | fields, headers=ENGLISH)
    assert answer.status_code == 302, answer.content.decode()
    row = Sweep.objects.latest("pk")
    sweeps_running.go_on(sweep_id=row.pk)
    row.refresh_from_db()
    return row


def found(row):
    return list(sweep_scope.in_scope(row).order_by("pk"))


def refused(client, **fields):
    answer = client.post(ADD, HOLD | fields, headers=ENGLISH)
    assert (answer.status_code, Sweep.objects.count()) == (200, 0)
    return answer.content.decode()


# -- who may -------------------------------------------------------------------------------------------------------

GETS = ["change", "start", "undo"]


@pytest.mark.parametrize(("name", "status"), [("chenda", 200), ("vibol", 200), ("bopha", 403)])
def test_organisers_and_administrators_see_sweeps(client, petition, name, status):
    who = create_staff(name)
    row = made(petition, who)
    client.force_login(who)
    for path in (LIST, ADD, *(address(row, act) for act in GETS)):
        assert client.get(path).status_code == status


@pytest.mark.parametrize("act", ["start", "undo", "act"])
def test_delivery_staff_start_and_undo_nothing(client, petition, act):
    signers(petition, 1)
    row = made(petition, create_staff("chenda"))
    client.force_login(create_staff("bopha"))
    answer = client.post(address(row, act), {"number": "1", "act": "count"})
    row.refresh_from_db()
    assert (answer.status_code, row.state) == (403, "ready")


@pytest.mark.parametrize("path", ["", "add/", "1/change/", "1/start/", "1/undo/", "1/act/"])
def test_a_stranger_is_asked_to_log_in(client, path):
    assert client.get(LIST + path).headers["Location"].startswith("/admin/login/")
    assert client.post(LIST + path).headers["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("act", GETS)
def test_sweep_that_is_none_is_not_found(client, chenda, act):
    assert client.get(f"{LIST}999/{act}/").status_code == 404


def test_nobody_deletes_a_sweep(client, chenda, petition):
    assert client.post(address(made(petition, chenda), "delete"), {"post": "yes"}).status_code == 403


def test_what_changes_something_takes_no_get(client, chenda, petition):
    assert client.get(address(made(petition, chenda), "act")).status_code == 405


# -- what is typed -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", [NETWORK, "203.0.113.77", "203.0.113.64/26"])
def test_a_network_is_looked_for_and_not_kept(client, chenda, petition, typed):
    networks.day_key.cache_clear()
    one = confirmed(petition, SOKHA)
    signed(petition, DARA, "198.51.100.0/24")
    row = asked(client, network=typed)
    kept = str(list(Sweep.objects.values())) + str(list(AuditEntry.objects.values()))
    assert (found(row), "203.0.113" in kept) == ([one], False)
    assert "one network, not kept" in page(client, address(row)) and "Found back to" in page(client, address(row))


def test_a_network_of_the_other_kind_is_found_too(client, chenda, petition):
    networks.day_key.cache_clear()
    one = signed(petition, SOKHA, "2001:db8:12::/48")
    assert found(asked(client, network="2001:db8:12:7::1")) == [one]


@pytest.mark.parametrize("typed", ["203.0.0.0/16", "2001:db8::/32", "0.0.0.0/0"])
def test_a_network_of_half_a_country_is_refused(client, chenda, petition, typed):
    assert "This network is too wide" in refused(client, network=typed)


@pytest.mark.parametrize("typed", ["example", "203.0.113", "203.0.113.0/33", "'; --", "300.1.1.1"])
def test_what_is_no_network_is_refused(client, chenda, petition, typed):
    assert "This is no network" in refused(client, network=typed)


@pytest.mark.parametrize("typed", ["example.com", "@Example.COM", " example.com "])
def test_a_mail_domain_is_found_however_it_is_typed(client, chenda, petition, typed):
    one = confirmed(petition, DARA)
    confirmed(petition, SOKHA)
    row = asked(client, domain=typed)
    assert (found(row), row.conditions) == ([one], {"domain": "example.com"})


def test_what_is_no_domain_is_refused(client, chenda, petition):
    assert "This is no mail domain" in refused(client, domain="a" * 70 + "é.com")


def test_a_domain_of_half_the_world_is_warned_of(client, chenda, petition):
    assert "Very many people have their mail at this domain" in page(client, address(asked(client, domain="gmail.com")))
    assert "Very many people" not in page(client, address(asked(client, domain="example.com")))


def test_a_name_is_found_in_its_other_spellings_and_not_kept(client, chenda, petition):
    rows = [confirmed(petition, person(n, name=name)) for n, name in enumerate(["Dara Chan", "DARA  CHÂN"], start=1)]
    confirmed(petition, person(3))
    row = asked(client, name="dara chan")
    kept = str(list(Sweep.objects.values())) + str(list(AuditEntry.objects.values()))
    assert (found(row), "dara" in kept.lower()) == (rows, False)


def test_a_range_that_ends_before_it_begins_is_refused(client, chenda, petition):
    assert "This lies before where it begins" in refused(client, signed_from="2026-02-02", signed_to="2026-02-01")


@pytest.mark.parametrize("field", ["score_from", "score_to", "first", "last"])
@pytest.mark.parametrize("typed", ["-1", "9" * 30])
def test_a_number_that_none_can_have_is_refused(client, chenda, petition, field, typed):
    assert "No signature has such a number." in refused(client, **{field: typed})


def test_all_and_everybody_is_no_sweep(client, chenda, petition):
    assert "Say at least one condition" in refused(client)


def test_holding_needs_a_reason_and_releasing_none(client, chenda, petition):
    assert "Choose a reason." in refused(client, country="KH", reason="")
    row = asked(client, country="KH", act="release")
    assert (row.act, row.reason) == ("release", "")


def test_days_score_and_numbers_are_kept_as_conditions(client, chenda, petition):
    given = {"signed_from": "2026-01-02", "signed_to": "2026-01-03", "score_from": "0", "score_to": "60", "first": "7"}
    row = asked(client, **given, last="9", origin="web", language="km", state="held")
    assert row.conditions == {
        **{"signed_from": "2026-01-02", "signed_to": "2026-01-03", "score_from": 0, "score_to": 60},
        **{"first": 7, "last": 9, "origin": "web", "language": "km", "state": "held"},
    }


def test_few_of_a_name_are_not_told(client, chenda, petition):
    one = confirmed(petition, shown(1))
    text = page(client, address(asked(client, name=person(1).name)))
    assert "Fewer than 10 signatures meet these conditions, or none" in text
    assert (one.public_name in text, "Start …" in text, "confirmed: 1" in text) == (False, False, False)


# -- like this one -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("by", "like_it"), [("network", [1, 3]), ("domain", [1, 2]), ("name", [1, 4])])
def test_those_like_one_are_found_without_knowing_what_they_share(client, chenda, petition, by, like_it):
    networks.day_key.cache_clear()
    first = signed(petition, person(1))
    others = [
        signed(petition, person(2), "198.51.100.0/24"),
        signed(petition, person(3, email="a@example.com")),
        signed(petition, person(4, name=person(1).name, email="b@example.com"), "192.0.2.0/24"),
    ]
    rows = dict(enumerate([first, *others], start=1))
    link = f"{ADD}?like={first.pk}&by={by}"
    assert link.replace("&", "&amp;") in page(client, f"/admin/signatures/signature/{first.pk}/change/")
    answer = client.post(link, HOLD)
    assert answer.status_code == 302
    row = Sweep.objects.get()
    sweeps_running.go_on(sweep_id=row.pk)
    row.refresh_from_db()
    assert found(row) == [rows[number] for number in like_it]
    assert f"that of signature {first.pk}" in page(client, address(row))


def test_a_withdrawn_signature_lends_nothing(client, chenda, petition):
    signature = confirmed(petition, SOKHA)
    erasure.withdraw(signature=signature)
    assert "Sweep those like this one" not in page(client, f"/admin/signatures/signature/{signature.pk}/change/")
    assert client.get(f"{ADD}?like={signature.pk}&by=name").status_code == 404


@pytest.mark.parametrize("query", ["like=1&by=mailbox", "like=1", "like=999&by=name"])
def test_a_hash_that_nobody_may_lend_is_not_found(client, chenda, petition, query):
    confirmed(petition, SOKHA)
    assert client.get(f"{ADD}?{query}").status_code == 404


def test_a_signature_says_which_sweep_touched_it(client, chenda, petition):
    (one,) = signers(petition, 1)
    row = swept(petition, chenda)
    assert f'<a href="{address(row)}">' in page(client, f"/admin/signatures/signature/{one.pk}/change/")


# -- counted, and started ------------------------------------------------------------------------------------------


def test_the_page_tells_what_would_become_of_the_count(client, chenda, petition):
    signers(petition, 3)
    signed(petition, person(4))
    confirmed(petition, person(5, country="US"))
    text = page(client, address(made(petition, chenda)))
    assert "4 now, 1 afterwards" in text and "pending: 1" in text and "<strong>3</strong>" in text


def test_hiding_leaves_the_count(client, chenda, petition):
    confirmed(petition, shown(1))
    assert "1, and it stays" in page(client, address(made(petition, chenda, "hide")))


def test_the_sample_shows_what_staff_may_see_and_no_more(client, chenda, petition):
    one, other = confirmed(petition, shown(1)), confirmed(petition, SOKHA)
    text = page(client, address(made(petition, chenda)))
    assert one.public_name in text and "For peace." in text and f">{other.pk}</a>" in text
    assert [secret for secret in (SOKHA.name, SOKHA.email, SOKHA.city) if secret in text] == []


def test_a_start_needs_the_number_typed(client, chenda, petition):
    signers(petition, 3)
    row = made(petition, chenda)
    assert "This holds 3 signatures" in page(client, address(row, "start"))
    for typed in ("", "2", "three"):
        assert client.post(address(row, "start"), {"number": typed}).status_code == 200
    assert states(petition) == {"confirmed": 3}
    assert client.post(address(row, "start"), {"number": " ៣ "}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.started_by) == ("running", "chenda")


def test_a_large_number_may_be_typed_as_it_is_shown(client, chenda, petition):
    signers(petition, 1)
    row = made(petition, chenda)
    Sweep.objects.update(total=1_234)
    assert client.post(address(row, "start"), {"number": "1,234"}).status_code == 302


def test_a_count_of_long_ago_starts_nothing(client, chenda, petition):
    signers(petition, 1)
    row = made(petition, chenda)
    Sweep.objects.update(counted_at=timezone.now() - sweeps.FRESH - datetime.timedelta(seconds=1))
    assert "Start …" not in page(client, address(row))
    answer = client.post(address(row, "start"), {"number": "1"}, headers=ENGLISH)
    assert "It was counted too long ago" in answer.content.decode()
    client.post(address(row, "act"), {"act": "count"})
    sweeps_running.go_on(sweep_id=row.pk)
    assert client.post(address(row, "start"), {"number": "1"}).status_code == 302


def test_what_would_touch_nothing_is_not_started(client, chenda, petition):
    row = made(petition, chenda)
    answer = client.post(address(row, "start"), {"number": "0"}, headers=ENGLISH)
    assert "It would touch nothing." in answer.content.decode()


# -- how far it is, and back ---------------------------------------------------------------------------------------


def test_a_page_of_one_at_work_looks_again_by_itself(client, chenda, petition):
    signers(petition, 1)
    row = started(petition, chenda)
    assert '<meta http-equiv="refresh" content="3">' in page(client, address(row))
    sweeps.pause(sweep=row, by=chenda)
    assert 'http-equiv="refresh"' not in page(client, address(row))


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        (["pause"], "paused"),
        (["pause", "resume"], "running"),
        (["pause", "cancel"], "cancelled"),
        (["cancel", "resume"], "cancelled"),
        (["count"], "running"),
        (["drop table"], "running"),
    ],
)
def test_buttons_do_what_they_say(client, chenda, petition, acts, state):
    signers(petition, 1)
    row = started(petition, chenda)
    for act in acts:
        assert client.post(address(row, "act"), {"act": act}).status_code == 302
    row.refresh_from_db()
    assert row.state == state


def test_undoing_is_asked_for_first_and_gives_back(client, chenda, petition):
    rows = signers(petition, 2)
    row = swept(petition, chenda)
    assert "This gives 2 signatures back" in page(client, address(row, "undo"))
    assert queries.count(petition) == 0
    moderation.release(ids=[rows[0].pk], by=chenda)
    assert client.post(address(row, "undo")).status_code == 302
    sweeps_running.go_on(sweep_id=row.pk)
    text = page(client, address(row))
    assert "It was undone on" in text and "left as they are" in text
    assert queries.count(petition) == 2


def test_what_runs_or_was_undone_is_not_undone(client, chenda, petition):
    signers(petition, 1)
    row = started(petition, chenda)
    answer = client.post(address(row, "undo"), headers=ENGLISH, follow=True)
    assert "This cannot be done any more" in answer.content.decode()
    other = undone(swept(petition, chenda), chenda)
    client.post(address(other, "undo"))
    other.refresh_from_db()
    assert other.state == "undone"


# -- the list ------------------------------------------------------------------------------------------------------


def test_lists_and_pages_take_as_many_queries_for_one_as_for_three(client, chenda, petition, django_assert_num_queries):
    signers(petition, 1)
    row = made(petition, chenda)
    counted = []
    for path in (LIST, address(row)):
        page(client, path)
        with CaptureQueriesContext(connection) as one:
            page(client, path)
        counted.append(len(one))
    signers(petition, 2, first=2)
    for _ in range(2):
        row = made(petition, chenda)
    assert len(row.sample) == 3
    for path, queries_of_one in zip((LIST, address(row)), counted, strict=True):
        with django_assert_num_queries(queries_of_one):
            page(client, path)
