import datetime

import pytest
from django.db import IntegrityError, transaction

from signatures.models import HourMark, HourTrend, SignalSetting, TrendLimit
from tests.people import create_petition

pytestmark = pytest.mark.django_db
HOUR = datetime.datetime(2027, 1, 30, 12, 0, tzinfo=datetime.UTC)


def refused(constraint, do):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        do()


def test_an_hour_is_marked_once():
    HourMark.objects.create(hour=HOUR, last_id=1)
    refused("hour", lambda: HourMark.objects.create(hour=HOUR, last_id=2))


def test_an_hour_of_a_petition_is_written_once():
    petition = create_petition()
    HourTrend.objects.create(petition=petition, hour=HOUR)
    refused("trend_once_an_hour", lambda: HourTrend.objects.create(petition=petition, hour=HOUR))


@pytest.mark.parametrize("part", ["suspicious", "top_network", "top_domain", "top_name", "top_comment"])
def test_no_part_is_larger_than_what_was_taken(part):
    petition = create_petition()
    numbers = {"web": 1, "paper": 1, "stall": 1, part: 4}
    refused("trend_parts_fit", lambda: HourTrend.objects.create(petition=petition, hour=HOUR, **numbers))


def test_a_score_fits_its_column():
    refused("signal_score_fits", lambda: SignalSetting.objects.update(score=1000))


@pytest.mark.parametrize(
    ("model", "constraint"), [(SignalSetting, "signal_percent_fits"), (TrendLimit, "trend_percent_fits")]
)
def test_a_share_is_no_more_than_all(model, constraint):
    refused(constraint, lambda: model.objects.update(percent=101))


@pytest.mark.parametrize("model", [SignalSetting, TrendLimit])
def test_a_row_of_no_signal_is_named_by_its_code(model):
    assert str(model(code="gone")) == "gone"
