import pytest
from django.utils import timezone

from petition.models import AuditEntry
from signatures import counting
from signatures.models import CountByCountry, CountByDay, CountByState
from tests.people import DARA, SOKHA, confirmed, create_petition

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def petition():
    petition = create_petition()
    for who in (SOKHA, DARA):
        confirmed(petition, who)
    return petition


def test_true_counts_differ_in_nothing(petition):
    assert (counting.differences(), counting.recount()) == ([], [])


BREAKS = [
    (lambda: CountByCountry.objects.filter(country="KH").update(confirmed=5), ("country", "KH", 5, 1)),
    (lambda: CountByCountry.objects.filter(country="KH").update(confirmed=0), ("country", "KH", 0, 1)),
    (lambda: CountByCountry.objects.filter(country="KH").delete(), ("country", "KH", 0, 1)),
    (lambda: CountByDay.objects.update(confirmed=9), ("day", TODAY.isoformat(), 9, 2)),
    (lambda: CountByDay.objects.all().delete(), ("day", TODAY.isoformat(), 0, 2)),
    (lambda: CountByState.objects.filter(state="confirmed").update(rows=7), ("state", "web confirmed", 7, 2)),
    (lambda: CountByState.objects.filter(state="confirmed").delete(), ("state", "web confirmed", 0, 2)),
]


@pytest.mark.parametrize(("break_them", "difference"), BREAKS)
def test_each_way_to_be_wrong_is_found_and_repaired(petition, break_them, difference):
    kind, key, kept, truth = difference
    expected = [(kind, petition.pk, key, kept, truth)]
    break_them()
    assert counting.differences() == expected
    assert (counting.recount(), counting.differences()) == (expected, [])


def test_count_without_a_signature_is_found_and_repaired(petition):
    CountByCountry.objects.create(petition=create_petition("water"), country="FR", confirmed=3)
    assert [(row.key, row.kept, row.truth) for row in counting.recount()] == [("FR", 3, 0)]
    assert counting.differences() == []


def test_state_without_a_signature_is_found_and_repaired(petition):
    CountByState.objects.create(petition=petition, origin="stall", state="held", stripe=5, rows=3)
    assert [(row.key, row.kept, row.truth) for row in counting.recount()] == [("stall held", 3, 0)]
    assert counting.differences() == []


def test_stripes_that_differ_and_sum_to_the_truth_are_no_difference(petition):
    CountByState.objects.filter(state="confirmed").delete()
    for stripe, rows in ((4, -3), (17, 5)):
        CountByState.objects.create(petition=petition, origin="web", state="confirmed", stripe=stripe, rows=rows)
    assert counting.differences() == []


def test_repair_leaves_one_stripe_that_is_true(petition):
    for stripe in (40, 41):  # no connection's own
        CountByState.objects.create(petition=petition, origin="web", state="confirmed", stripe=stripe, rows=9)
    counting.recount()
    assert list(CountByState.objects.filter(state="confirmed").values_list("rows", flat=True)) == [2]


def test_row_of_nought_is_no_difference(petition):
    CountByCountry.objects.create(petition=petition, country="FR", confirmed=0)
    CountByState.objects.create(petition=petition, origin="paper", state="held", stripe=1, rows=0)
    assert counting.differences() == []


def test_repair_is_on_the_trail(petition):
    CountByCountry.objects.update(confirmed=7)
    counting.recount()
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.act, entry.detail) == ("system", "recount", {"differences": 2})


def test_where_nothing_is_repaired_nothing_is_on_the_trail(petition):
    counting.recount()
    assert not AuditEntry.objects.exists()
