import pytest

from signatures import mailbox
from signatures.models import MailboxRule

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rules():
    mailbox.forget_rules()
    yield
    mailbox.forget_rules()


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("sokha@example.org", "sokha@example.org"),
        (" Sokha@Example.ORG ", "sokha@example.org"),
        ("sokha+news@example.org", "sokha@example.org"),
        ("sokha+a+b@example.org", "sokha@example.org"),
        ("+sokha@example.org", "+sokha@example.org"),
        ("s.o.kha@example.org", "s.o.kha@example.org"),
        ("s.o.kha+x@gmail.com", "sokha@gmail.com"),
        ("S.Okha@GoogleMail.com", "sokha@gmail.com"),
        ("so.kha@pm.me", "sokha@proton.me"),
        ("so.kha@protonmail.com", "sokha@proton.me"),
        ("so.kha@outlook.com", "so.kha@outlook.com"),
        ("sokha@bücher.example", "sokha@xn--bcher-kva.example"),
        ("sokha@xn--bcher-kva.example", "sokha@xn--bcher-kva.example"),
    ],
)
def test_spellings_of_one_mailbox_are_one(typed, canonical):
    assert mailbox.canonical(typed) == canonical


@pytest.mark.parametrize("domain", ["a" * 64 + ".example", "a..example", ".example", "\ud800.example"])
def test_domain_without_an_ascii_form_is_refused(domain):
    with pytest.raises(ValueError):
        mailbox.canonical(f"sokha@{domain}")


def test_rule_of_staff_is_followed():
    assert mailbox.canonical("so.kha@mail.example") == "so.kha@mail.example"
    MailboxRule.objects.create(domain="mail.example", ignores_dots=True, same_as="example.com")
    mailbox.forget_rules()
    assert mailbox.canonical("so.kha@mail.example") == "sokha@example.com"


def test_rules_are_not_asked_for_at_each_address(django_assert_num_queries):
    mailbox.canonical("sokha@example.org")
    with django_assert_num_queries(0):
        mailbox.canonical("dara@example.org")


def test_rule_is_named_by_its_domain():
    assert str(MailboxRule.objects.get(domain="gmail.com")) == "gmail.com"
