import pytest

from signatures import mailbox
from signatures.models import MailboxRule
from tests.people import create_staff

pytestmark = pytest.mark.django_db
ADD = "/admin/signatures/mailboxrule/add/"


@pytest.fixture(autouse=True)
def rules():
    """Read anew before, and none of a test's left behind."""
    mailbox.forget_rules()
    yield
    mailbox.forget_rules()


@pytest.fixture
def chenda(client):
    client.force_login(create_staff("chenda"))


@pytest.mark.parametrize(
    ("typed", "stored"), [(" Example.ORG ", "example.org"), ("bücher.example", "xn--bcher-kva.example")]
)
def test_a_domain_is_stored_as_addresses_are_compared(client, chenda, typed, stored):
    assert client.post(ADD, {"domain": typed, "same_as": "GoogleMail.com"}).status_code == 302
    assert MailboxRule.objects.filter(domain=stored).values_list("same_as", flat=True).get() == "googlemail.com"


@pytest.mark.parametrize("typed", ["two words.org", "name@example.org", "a..org", "-"])
def test_what_is_no_domain_is_refused_beside_its_field(client, chenda, typed):
    answer = client.post(ADD, {"domain": typed}, headers={"accept-language": "en"})
    assert answer.context["adminform"].form.errors == {"domain": ["Enter a valid domain name."]}


def test_a_rule_is_in_force_here_at_once(client, chenda, django_capture_on_commit_callbacks):
    before = mailbox.canonical("da.ra@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(ADD, {"domain": "example.org", "ignores_dots": "on"})
    assert (before, mailbox.canonical("da.ra@example.org")) == ("da.ra@example.org", "dara@example.org")
