"""Nothing that the site answers, shows or counts tells whether an address has signed."""

import re

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client

from petition.eventime import rest
from signatures import erasure, signing
from tests.people import (
    DARA,
    confirmed,
    create_petition,
    form,
    held,
    made_old,
    person,
    rows_of,
    signed,
    withdrawn,
)

pytestmark = pytest.mark.django_db

LANGUAGES = ["km", "en"]


def rejected(petition, who):
    signature = signed(petition, who)
    erasure.reject(signature=signature)
    return signature


def expired(petition, who):
    return made_old(signed(petition, who))


def couple(petition, who):
    """A mailbox whose two names are taken: a third is refused, by mail alone."""
    for name in ("Sophea Chan", "Bora Chan"):
        confirmed(petition, who._replace(name=name))


KNOWN = [signed, confirmed, held, withdrawn, rejected, expired, couple]


@pytest.fixture(autouse=True)
def no_limits_yet(settings):
    caches[settings.RATELIMIT_USE_CACHE].clear()


@pytest.fixture
def petition():
    return create_petition()


def whole(answer):
    """All of an answer that goes over the line, but for the day and hour."""
    headers = {name: value for name, value in answer.headers.items() if name != "Date"}
    # The stamp of a form is new with each rendering, whoever asks; its length is not, nor is the page's.
    content = re.sub(rb'(?<=name="stamp" value=")[^"]+', b"", answer.content)
    return answer.status_code, headers, content, answer.cookies.output()


def sign(who, lang, **changes):
    return Client(enforce_csrf_checks=True).post(f"/{lang}/petitions/peace/sign/", form(who, **changes))


PUBLIC = [
    *(f"/{lang}/petitions/peace/{page}" for lang in LANGUAGES for page in ("", "numbers/", "signatures/", "sent/")),
    "/api/petitions/peace.json",
    "/api/petitions/",
    "/sitemap.xml",
]


def public_pages():
    return {page: whole(Client().get(page)) for page in PUBLIC}


# -- the answer ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("known", KNOWN)
def test_known_and_unknown_address_get_the_same_bytes(petition, known, lang):
    known(petition, DARA)
    unknown = whole(sign(person(7), lang))
    assert whole(sign(DARA, lang)) == unknown
    assert (unknown[0], unknown[1]["Location"]) == (303, f"/{lang}/petitions/peace/sent/")


@pytest.mark.parametrize(
    "changes",
    [{"name": None}, {"country": "XX"}, {"agree": None}, {"visibility": None}, {"city": "x" * 500}, {"website": "x"}],
)
@pytest.mark.parametrize("known", KNOWN)
def test_form_with_errors_comes_back_the_same(petition, known, changes):
    before = whole(sign(DARA, "en", **changes))
    known(petition, DARA)
    assert whole(sign(DARA, "en", **changes)) == before


@pytest.mark.parametrize("known", KNOWN)
def test_one_too_many_is_refused_in_the_same_bytes(petition, settings, known):
    settings.SIGN_LIMIT_NETWORK = settings.SIGN_LIMIT_NETWORK_HARD = "1/d"
    known(petition, DARA)
    sign(person(1), "en")
    before = whole(sign(DARA, "en"))
    assert before[0] == 429
    erasure.withdraw(signature=rows_of(petition, DARA)[0]) if rows_of(petition, DARA) else known(petition, DARA)
    after = whole(sign(DARA, "en"))
    assert (after[0], after[2]) == (429, before[2])


@pytest.mark.parametrize("state", ["closed", "paused"])
@pytest.mark.parametrize("known", KNOWN)
def test_petition_that_takes_none_answers_all_alike(petition, known, state):
    known(petition, DARA)
    type(petition).objects.filter(pk=petition.pk).update(state=state)
    answers = [whole(sign(who, "en")) for who in (person(7), DARA)]
    assert (answers[0][0], answers[0]) == (410, answers[1])


# -- what is public ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [None, *KNOWN])
def test_no_public_page_changes_with_a_signing(petition, known):
    confirmed(petition, person(1))
    if known:
        known(petition, DARA)
    before = public_pages()
    assert sign(DARA, "en").status_code == 303
    assert public_pages() == before


def next_number(petition):
    """The number that an attacker's own signature gets: those of public ones stand in addresses."""
    next_number.last = getattr(next_number, "last", 100) + 1
    return signed(petition, person(next_number.last)).pk


@pytest.mark.parametrize("known", [None, *KNOWN])
def test_numbers_before_and_after_lie_as_far_apart(petition, known):
    if known:
        known(petition, DARA)
    first = next_number(petition)
    sign(DARA, "en")
    assert next_number(petition) - first == 2


# -- links ---------------------------------------------------------------------------------------------------------


def links(petition):
    """Links that are none: forged, never given out, of a row that is purged, and of one that ran out."""
    purged, old = signed(petition, person(1)), signed(petition, person(2))
    made_old(purged)
    erasure.purge()
    made_old(old)
    forged = purged.token[:-2] + ("AA" if purged.token[-2:] != "AA" else "QA")
    return [forged, signing.Signature().token, purged.token, old.token]


@pytest.mark.parametrize("act", ["", "unsubscribe/", "confirm/", "reject/", "choices/", "withdraw/"])
def test_links_that_are_none_get_the_same_bytes_for_the_same_work(petition, django_assert_num_queries, act):
    answers = []
    for token in links(petition):
        client = Client(enforce_csrf_checks=True)
        with django_assert_num_queries(2):
            answer = client.get(f"/en/s/{token}/") if act == "" else client.post(f"/en/s/{token}/{act}")
        status, headers, body, cookies = whole(answer)
        answers.append((status, headers, body.replace(token.encode(), b""), cookies))
    assert (answers[0][0], answers) == (404, answers[:1] * 4)


# -- time ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spent", "waits"), [(0.0, 0.05), (0.01, 0.04), (0.0499, 0.0001), (0.06, 0.04), (0.1234, 0.0266)]
)
def test_answer_waits_for_the_end_of_its_step(spent, waits):
    assert rest(spent, 0.05) == pytest.approx(waits)


@pytest.mark.django_db(transaction=True)
def test_while_an_answer_waits_the_connection_is_free(petition, settings):
    settings.ANSWER_STEP = 1
    assert sign(DARA, "en").status_code == 303
    assert connection.connection is None
