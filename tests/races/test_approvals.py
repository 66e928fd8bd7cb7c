"""Two people, many clicks: what is asked for, allowed and used at once is so once."""

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from petition import approvals
from petition.models import Approval, AuditEntry
from tests.people import asked
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)

KIND, TARGET = "rotate_key", "delivery_key:3f2a51c09be8d714"
TIMES = 6


@pytest.fixture
def vibol():
    return User.objects.create_superuser("vibol")


@pytest.fixture
def others():
    return [User.objects.create_superuser(f"other{n}") for n in range(TIMES)]


@transaction.atomic
def use(by):
    return approvals.use(kind=KIND, target=TARGET, by=by)


def faults(results):
    return [result for result in results if isinstance(result, Exception)]


def acts(act):
    return AuditEntry.objects.filter(act=act).count()


def test_of_many_who_ask_at_once_one_has_asked(others):
    done = together([lambda by=by: asked(KIND, TARGET, by) for by in others])
    assert [type(fault) for fault in faults(done)] == [approvals.NotAllowed] * (TIMES - 1)
    assert (Approval.objects.count(), acts("ask_approval")) == (1, 1)


def test_of_many_who_decide_at_once_one_has_decided(vibol, others):
    row = asked(KIND, TARGET, vibol)
    verbs = [approvals.allow, approvals.refuse] * (TIMES // 2)
    done = together([lambda v=v, by=by: v(approval=row, by=by) for v, by in zip(verbs, others, strict=True)])
    assert [type(fault) for fault in faults(done)] == [approvals.NotAllowed] * (TIMES - 1)
    assert acts("allow_approval") + acts("refuse_approval") == 1


def test_what_is_used_many_times_at_once_is_used_once(vibol, others):
    approvals.allow(approval=asked(KIND, TARGET, vibol), by=others[0])
    done = together([lambda: use(vibol)] * TIMES)
    assert [type(fault) for fault in faults(done)] == [approvals.NotAllowed] * (TIMES - 1)
    assert (Approval.objects.get().state, acts("use_approval")) == ("used", 1)


def test_what_is_used_and_taken_back_at_once_is_one_of_both(vibol, others):
    row = approvals.allow(approval=asked(KIND, TARGET, vibol), by=others[0])
    done = together([lambda: use(vibol), lambda: approvals.withdraw(approval=row, by=vibol)])
    assert [type(fault) for fault in faults(done)] == [approvals.NotAllowed]
    assert acts("use_approval") + acts("withdraw_approval") == 1
