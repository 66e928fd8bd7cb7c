"""One code, sent by many at the same moment: one gets in."""

import pytest
from django.contrib.auth.models import User

from petition import factors
from petition.models import AuditEntry, TotpApp
from tests import door
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chenda():
    return User.objects.create_user("chenda", is_staff=True)


def test_a_code_of_the_app_opens_for_one(chenda):
    code = door.code(door.with_app(chenda))

    results = together([lambda: factors.check_app(user=chenda, code=code)] * 16)

    assert sorted(results) == [False] * 15 + [True]


def test_a_recovery_code_opens_for_one_and_is_on_record_once(chenda):
    code = factors.make_codes(user=chenda, by=chenda)[0]

    results = together([lambda: factors.use_code(user=chenda, code=code)] * 16)

    assert sorted(results) == [False] * 15 + [True]
    assert AuditEntry.objects.filter(act="recovery_code").count() == 1


def test_of_two_factors_one_stays_whoever_removes_them(chenda):
    door.with_app(chenda)
    key = factors.add_key(user=chenda, name="k", credential=b"k", public_key=b"x", uses=0, by=chenda)

    results = together([lambda n=number: factors.remove(user=chenda, key=n, by=chenda) for number in (key.pk, None)])

    assert factors.has_factor(chenda)
    assert [type(result) for result in results if result is not None] == [factors.NotNow]


def test_an_app_is_set_up_once_at_a_time(chenda):
    secret = factors.new_secret()
    code = door.code(secret)

    results = together([lambda: factors.add_app(user=chenda, secret=secret, code=code, by=chenda)] * 8)

    assert [result for result in results if isinstance(result, Exception)] == []
    assert TotpApp.objects.count() == 1


def test_a_use_of_a_key_is_counted_once(chenda):
    key = factors.add_key(user=chenda, name="k", credential=b"k", public_key=b"x", uses=3, by=chenda)

    results = together([lambda: factors.note_use(key=key, uses=4)] * 16)

    assert sorted(results) == [False] * 15 + [True]
