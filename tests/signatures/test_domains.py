import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatures import domains


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gamil.com", "gmail.com"),
        ("gmal.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("yaho.com", "yahoo.com"),
        ("yahooo.com", "yahoo.com"),
        ("hotmial.com", "hotmail.com"),
        ("hotmal.com", "hotmail.com"),
        ("outlok.com", "outlook.com"),
        ("iclould.com", "icloud.com"),
        ("yahoo.rf", "yahoo.fr"),
    ],
)
def test_slip_is_seen(typed, meant):
    assert domains.meant(typed) == meant


@pytest.mark.parametrize(
    "domain",
    [
        *sorted(domains.KNOWN),
        *("example.org", "example.com", "example.net", "hmail.com", "zmail.com", "gov.kh", "rupp.edu.kh", "ceroc.org"),
        *("yahoo.it", "yahoo.com.vn", "outlook.co.th", "hotmail.be", "gmail.example", "", "a", "localhost"),
    ],
)
def test_domain_of_its_own_is_no_slip(domain):
    assert domains.meant(domain) == ""


@given(st.sampled_from(domains.MEANT), st.integers(1, 12), st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
def test_one_wrong_letter_is_one_slip(known, place, letter):
    place = 1 + place % (len(known) - 1)
    typed = known[:place] + letter + known[place + 1 :]
    assert typed in domains.KNOWN or domains.meant(typed) in domains.MEANT


@given(st.text(max_size=30))
def test_any_text_is_a_slip_or_is_none(text):
    assert domains.meant(text) in ("", *domains.MEANT)


@pytest.mark.parametrize("domain", ["mailinator.com", "a.b.mailinator.com", "yopmail.com", "guerrillamail.com"])
def test_mailboxes_of_minutes_are_known(domain):
    assert domains.is_disposable(domain)


@pytest.mark.parametrize(
    "domain",
    [
        *sorted(domains.KNOWN),
        # What people use who must hide their name, and keep.
        *("duck.com", "mozmail.com", "simplelogin.com", "anonaddy.me", "passmail.net", "riseup.net"),
        *("example.org", "com", "", "kh"),
    ],
)
def test_mailboxes_that_last_are_not(domain):
    assert not domains.is_disposable(domain)


@pytest.mark.parametrize(
    ("email", "domain"), [("Sokha@GMAIL.com ", "gmail.com"), ("a@bücher.example", "xn--bcher-kva.example")]
)
def test_domain_of_an_address(email, domain):
    assert domains.of(email) == domain
