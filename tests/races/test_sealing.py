"""Two who replace a key at one moment: it is replaced once, by the word for it."""

import pytest
from django.contrib.auth.models import User
from nacl.public import PrivateKey

from petition import approvals
from petition.models import Approval, AuditEntry
from signatures import sealing
from signatures.models import SealingKey
from tests.people import allowed
from tests.races.together import together
from tests.signatures.test_sealing import ONE, TWO, name, register, target

pytestmark = pytest.mark.django_db(transaction=True)

THREE = PrivateKey(bytes([3]) * 32)
TIMES = 6


@pytest.fixture
def vibol():
    register(ONE)
    return User.objects.create_superuser("vibol")


def current():
    return [key.fingerprint for key in SealingKey.objects.filter(retired_at=None)]


def test_key_that_is_registered_many_times_at_once_is_so_once(vibol):
    allowed("rotate_key", target(TWO), vibol)
    done = together([lambda: register(TWO, by=vibol)] * TIMES)
    assert [key.fingerprint for key in done] == [name(TWO)] * TIMES
    assert (current(), Approval.objects.get().state) == ([name(TWO)], "used")
    assert AuditEntry.objects.filter(act="register_key").count() == 2


def test_another_key_does_not_slip_in_behind_one_that_was_allowed(vibol):
    allowed("rotate_key", target(TWO), vibol)
    *refused, done = together([lambda: register(THREE, by=vibol)] * TIMES + [lambda: register(TWO, by=vibol)])
    assert {type(fault) for fault in refused} <= {approvals.NotAllowed, sealing.KeyRefused}
    assert (done.fingerprint, current()) == (name(TWO), [name(TWO)])
