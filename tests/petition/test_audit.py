import pytest
from django.db import IntegrityError, transaction

from petition import audit
from petition.models import AuditEntry
from tests.people import create_petition, create_staff

pytestmark = pytest.mark.django_db


def test_entry_says_who_did_what_to_which_object():
    petition = create_petition()
    audit.record(by=create_staff("chenda"), act="pause", target=petition, detail={"reason": "holiday"})
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.act, entry.target, entry.detail) == (
        "chenda",
        "pause",
        f"petition.petition:{petition.pk}",
        {"reason": "holiday"},
    )


def test_what_nobody_did_was_the_system():
    audit.record(by=None, act="purge", target="signatures")
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.target, entry.detail) == ("system", "signatures", {})


@pytest.mark.parametrize(
    "alter",
    [lambda rows: rows.update(by="somebody else"), lambda rows: rows.delete(), lambda rows: rows.update(act="")],
)
def test_trail_only_grows(alter):
    audit.record(by=None, act="purge", target="signatures")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        alter(AuditEntry.objects.all())
    assert refused.value.__cause__.diag.constraint_name == "audit_append_only"
    assert list(AuditEntry.objects.values_list("by", "act")) == [("system", "purge")]


def test_trail_outlives_the_person():
    chenda = create_staff("chenda")
    audit.record(by=chenda, act="pause", target="petition.petition:1")
    chenda.delete()
    assert AuditEntry.objects.get().by == "chenda"


def test_entry_of_an_act_that_fails_is_not_kept():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit.record(by=None, act="purge", target="signatures")
        raise ZeroDivisionError
    assert not AuditEntry.objects.exists()


def test_act_on_many_leaves_a_row_for_each(django_assert_num_queries):
    chenda = create_staff("chenda")
    with django_assert_num_queries(1):
        audit.record_each(by=chenda, act="hold", targets={f"row:{n}": {"place": n} for n in range(20)})
    rows = AuditEntry.objects.order_by("id").values_list("by", "act", "target", "detail")
    assert list(rows) == [("chenda", "hold", f"row:{n}", {"place": n}) for n in range(20)]
