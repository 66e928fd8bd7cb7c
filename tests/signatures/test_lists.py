import datetime
import ipaddress
import re

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from petition.models import AuditEntry
from signatures import blind, lists, mailbox, moderation, queries, signing, suspicion
from signatures.models import ListEntry, MailboxRule, Signature
from signatures.models.lists import DOMAIN
from tests.people import (
    DARA,
    MARIE,
    NETWORK,
    SOKHA,
    confirmed,
    create_petition,
    create_staff,
    queued_mails,
    rows_of,
    sign,
    signed,
)

pytestmark = pytest.mark.django_db
ADDRESS = ipaddress.ip_address("203.0.113.7")


@pytest.fixture(autouse=True)
def read_anew():
    lists.forget()
    mailbox.forget_rules()
    yield
    lists.forget()
    mailbox.forget_rules()


@pytest.fixture
def petition():
    return create_petition()


def listed(effect="hold", **fields):
    entry = ListEntry.objects.create(effect=effect, note="why", **fields)
    lists.forget()
    return entry


def verdict(email="sokha@example.org", address=ADDRESS):
    return lists.verdict(address=address, canonical=mailbox.canonical(email))


# -- what is found -------------------------------------------------------------------------------------------------


def test_nothing_is_said_of_what_stands_nowhere():
    assert verdict() is None


@pytest.mark.parametrize("network", ["203.0.113.0/24", "203.0.113.7/32", "203.0.0.0/8"])
def test_address_is_found_in_its_network(network):
    listed(network=lists.as_network(network))
    assert (verdict(), verdict(address=ipaddress.ip_address("198.51.100.7"))) == ("hold", None)


def test_address_of_the_new_kind_is_found_in_its_network():
    listed(network="2001:db8::/32")
    found = [verdict(address=ipaddress.ip_address(text)) for text in ("2001:db8:7::1", "2001:db9::1", "32.1.13.184")]
    assert found == ["hold", None, None]


def test_smallest_network_wins():
    listed("block", network="203.0.0.0/16")
    listed("allow", network="203.0.113.0/24")
    assert (verdict(), verdict(address=ipaddress.ip_address("203.0.112.1"))) == ("allow", "block")


@pytest.mark.parametrize(
    ("domain", "found", "not_found"),
    [
        ("example.org", ["example.org"], ["mail.example.org", "example.com", "anexample.org"]),
        ("*.example.org", ["mail.example.org", "a.b.example.org"], ["example.org", "anexample.org"]),
        ("mail-??.example", ["mail-ab.example", "mail-12.example"], ["mail-a.example", "mail-abc.example"]),
        ("*mail.example", ["mail.example", "tempmail.example", "x.mail.example"], ["mail.example.org"]),
        ("*.*.example", ["a.b.example"], ["a.example"]),
    ],
)
def test_domain_is_found_by_its_pattern(domain, found, not_found):
    listed(domain=domain)
    assert [verdict(f"x@{name}") for name in found] == ["hold"] * len(found)
    assert [verdict(f"x@{name}") for name in not_found] == [None] * len(not_found)


def test_exact_domain_wins_over_a_pattern_and_the_longer_pattern_over_the_other():
    listed("block", domain="*.example.org")
    listed("hold", domain="*.mail.example.org")
    listed("allow", domain="our.mail.example.org")
    found = [verdict(f"x@{name}") for name in ("a.example.org", "a.mail.example.org", "our.mail.example.org")]
    assert found == ["block", "hold", "allow"]


@pytest.mark.parametrize("email", ["dara@gmail.com", "D.a.r.a+x@GoogleMail.com"])
def test_mailbox_is_found_however_it_is_spelt(email):
    listed("block", mailbox_hash=blind.listed("dara@gmail.com"))
    assert (verdict(email), verdict("another@gmail.com")) == ("block", None)


def test_mailbox_wins_over_its_domain_and_the_domain_over_the_network():
    listed("block", network="203.0.113.0/24")
    listed("hold", domain="example.org")
    listed("allow", mailbox_hash=blind.listed("sokha@example.org"))
    assert [verdict(), verdict("a@example.org"), verdict("a@example.com")] == ["allow", "hold", "block"]


def test_unknown_address_is_in_no_network():
    listed(network="203.0.113.0/24")
    assert verdict(address=None) is None


def test_entry_is_in_force_on_its_last_day_and_not_after():
    entry = listed(domain="example.org", until=timezone.localdate())
    on_the_day = verdict()
    ListEntry.objects.filter(pk=entry.pk).update(until=timezone.localdate() - datetime.timedelta(days=1))
    lists.forget()
    assert (on_the_day, verdict()) == ("hold", None)


def test_lists_are_not_asked_for_at_each_signing(django_assert_num_queries):
    verdict()
    with django_assert_num_queries(0):
        verdict()


def test_lists_are_read_anew_after_half_a_minute():
    from signatures.remembered import SECONDS

    assert SECONDS <= 30


def test_thousands_of_entries_are_looked_up_without_going_through_them():
    networks = [ListEntry(network=f"10.{n // 250}.{n % 250}.0/24", effect="hold", note="x") for n in range(5000)]
    domains = [ListEntry(domain=f"*.d{n}.example", effect="hold", note="x") for n in range(5000)]
    book = lists.Book([*networks, *domains])
    assert (book.globs, list(book.networks), len(book.endings)) == ([], [(4, 24)], 5000)
    assert book.of_network(ipaddress.ip_address("10.7.9.200")) == "hold"
    assert book.of_domain("a.d4999.example") == "hold"


# -- what is done --------------------------------------------------------------------------------------------------


def signed_from(petition, who):
    signing.sign(petition=petition, network=NETWORK, address=ADDRESS, **who._asdict())
    return rows_of(petition, who)


def test_who_is_to_be_held_is_taken_and_mailed_and_held_when_confirmed(petition):
    listed("hold", network="203.0.113.0/24")
    [row] = signed_from(petition, SOKHA)
    assert (row.state, row.signals, row.score) == ("pending", ["listed"], 100)
    assert queued_mails() == [{"kind": "signing", "signature_id": row.pk}]
    assert signing.confirm(signature=row)
    row.refresh_from_db()
    assert (row.state, row.held_reason, queries.count(petition)) == ("held", "suspicious", 0)


def test_of_who_is_blocked_nothing_is_stored_or_mailed(petition):
    listed("block", domain="example.org")
    assert signed_from(petition, SOKHA) == []
    assert (queued_mails(), Signature.objects.count(), AuditEntry.objects.count()) == ([], 0, 0)


def test_blocked_mailbox_that_had_signed_keeps_its_signature_and_gets_no_mail(petition):
    before = confirmed(petition, SOKHA)
    mails = len(queued_mails())
    listed("block", mailbox_hash=blind.listed(mailbox.canonical(SOKHA.email)))
    [row] = signed_from(petition, SOKHA)
    assert (row.pk, row.state, len(queued_mails())) == (before.pk, "confirmed", mails)


def test_who_is_let_through_has_no_signals(petition):
    listed("allow", network="203.0.113.0/24")
    signing.sign(petition=petition, network=NETWORK, address=ADDRESS, signals=["rapid"], **SOKHA._asdict())
    [row] = rows_of(petition, SOKHA)
    assert (row.signals, row.score) == ([], 0)


def test_signals_from_the_way_are_kept_with_their_score(petition):
    signing.sign(petition=petition, network=NETWORK, signals=["rapid", "rapid"], **SOKHA._asdict())
    [row] = rows_of(petition, SOKHA)
    assert (row.signals, row.score) == (["rapid"], suspicion.SIGNALS["rapid"].score)


def test_what_was_noticed_is_not_washed_off_by_signing_once_more(petition):
    signing.sign(petition=petition, network=NETWORK, signals=["name_flood"], **SOKHA._asdict())
    [row] = signed_from(petition, SOKHA)
    assert (row.signals, row.score) == (["name_flood"], 100)


def test_attack_from_one_mail_domain_is_held_and_not_counted(petition):
    for n in range(170):
        sign(
            petition,
            SOKHA._replace(
                name=f"Signer {'abcdefghij'[n % 10]}{'abcdefghijklmnopq'[n // 10]}", email=f"box{n}@attack.co"
            ),
            network=f"10.0.{n}.0/24",
        )
    for row in Signature.objects.order_by("pk"):
        signing.confirm(signature=row)
    states = list(Signature.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["confirmed"] * 150 + ["held"] * 20
    assert queries.count(petition) == 150


def test_released_signature_counts(petition):
    listed("hold", domain="example.org")
    [row] = signed_from(petition, SOKHA)
    signing.confirm(signature=row)
    assert moderation.release(ids=[row.pk], by=create_staff("chenda")) == 1
    assert queries.count(petition) == 1


def test_hash_of_a_listed_mailbox_equals_none_of_a_signature(petition):
    row = signed(petition, DARA)
    canonical = mailbox.canonical(DARA.email)
    assert blind.listed(canonical) not in (bytes(row.mailbox_hash), blind.mailbox(canonical))


def test_news_go_to_who_the_site_itself_has_held_and_not_to_who_somebody_has(petition):
    ours, theirs = confirmed(petition, DARA), confirmed(petition, MARIE._replace(wants_updates=True))
    for row, reason in ((ours, "suspicious"), (theirs, "fraud")):
        Signature.objects.filter(pk=row.pk).update(state="held", held_reason=reason)
    assert list(queries.news_readers(petition)) == [ours]


# -- how it is typed -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("203.0.113.0/24", "203.0.113.0/24"),
        ("203.0.113.7/24", "203.0.113.0/24"),
        ("203.0.113.7", "203.0.113.7/32"),
        ("2001:DB8::/32", "2001:db8::/32"),
        ("::ffff:203.0.113.7", "203.0.113.7/32"),
        ("::ffff:203.0.113.0/120", "203.0.113.0/24"),
    ],
)
def test_network_is_stored_as_the_database_has_it(typed, stored):
    entry = listed(network=lists.as_network(typed))
    entry.refresh_from_db()
    assert entry.network == stored


@pytest.mark.parametrize(
    "typed", ["0.0.0.0/0", "10.0.0.0/7", "::/0", "203.0.113", "203.0.113.256", "x/24", "", "fe80::1%eth0", "1/8"]
)
def test_what_is_no_network_or_too_wide_is_refused(typed):
    with pytest.raises(ValueError):
        lists.as_network(typed)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Example.ORG", "example.org"),
        ("@example.org", "example.org"),
        ("example.org.", "example.org"),
        ("*.Example.org", "*.example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("*.bücher.example", "*.xn--bcher-kva.example"),
        ("GoogleMail.com", "gmail.com"),
    ],
)
def test_domain_is_stored_as_addresses_are_compared(typed, stored):
    assert lists.as_domain(typed) == stored


@pytest.mark.parametrize(
    "typed",
    ["", "*", "*.*", "org", "*.o?g", "a b.org", "x@example.org", "-", "a..org", "*ü.example", "x" * 64 + ".org"],
)
def test_what_is_no_domain_or_matches_everything_is_refused(typed):
    with pytest.raises(ValueError):
        lists.as_domain(typed)


LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
DOMAINS = st.lists(LABELS, min_size=1, max_size=4).map(lambda labels: ".".join([*labels, "example"]))


@given(text=st.text(max_size=80) | st.ip_addresses().map(str) | DOMAINS)
def test_whatever_is_typed_is_a_network_or_refused(text):
    try:
        stored = lists.as_network(text)
    except ValueError:
        return
    assert str(ipaddress.ip_network(stored)) == stored == lists.as_network(stored)


@given(text=st.text(max_size=80) | st.text("ab.*?-@", max_size=20) | DOMAINS)
def test_whatever_is_typed_is_a_domain_or_refused(text):
    try:
        stored = lists.as_domain(text)
    except ValueError:
        return
    assert re.fullmatch(DOMAIN, stored)
    assert lists.as_domain(stored) == stored


@given(address=st.ip_addresses(), prefix=st.integers(8, 128), others=st.lists(st.ip_addresses(), max_size=5))
def test_address_is_found_exactly_where_the_standard_library_finds_it(address, prefix, others):
    address = getattr(address, "ipv4_mapped", None) or address
    network = lists.as_network(f"{address}/{min(prefix, address.max_prefixlen)}")
    book = lists.Book([ListEntry(network=network, effect="hold", note="x")])
    for other in (address, *others):
        other = getattr(other, "ipv4_mapped", None) or other
        is_within = other in ipaddress.ip_network(network)
        assert book.of_network(other) == ("hold" if is_within else None)


def matches(pattern, text):
    """What `*` and `?` mean, said once more and plainly."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(matches(pattern[1:], text[n:]) for n in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and matches(pattern[1:], text[1:])


@given(pattern=st.text("ab.*?", min_size=1, max_size=6), text=st.text("ab.", min_size=1, max_size=7))
def test_pattern_means_what_it_says(pattern, text):
    pattern, text = f"{pattern}.example", f"{text}.example"
    if pattern.startswith("*.") and text.startswith("."):
        return  # no domain begins with a dot
    book = lists.Book([ListEntry(domain=pattern, effect="hold", note="x")])
    assert (book.of_domain(text) == "hold") == matches(pattern, text)


def test_rule_of_a_mailbox_holds_for_a_domain_that_is_listed():
    MailboxRule.objects.create(domain="mail.example", same_as="example.com")
    mailbox.forget_rules()
    listed(domain=lists.as_domain("mail.example"))
    assert (verdict("x@mail.example"), verdict("x@example.com")) == ("hold", "hold")
