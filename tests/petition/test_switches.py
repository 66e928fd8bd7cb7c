import datetime
import threading

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction

from petition import switches
from petition.models import AuditEntry, Petition, Switch
from petition.models.switch import Name
from petition.switches import Switches
from tests.people import STAFF, create_petition, create_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def chenda():
    Group.objects.get_or_create(name=STAFF["chenda"])  # a test of real transactions before this one took the groups
    return create_staff("chenda")


def turn(name, by, on=True):
    return switches.turn(name=name, on=on, why="A flood of robots", by=by)


def test_each_switch_has_its_place_in_what_is_known():
    assert [name.value for name in Name] == list(Switches.__dataclass_fields__)


@pytest.mark.parametrize("name", Name.values)
def test_switch_is_on_until_it_is_turned_off(chenda, name):
    assert turn(name, chenda)
    assert switches.current() == switches.read() == Switches(**{name: True})
    assert turn(name, chenda, on=False)
    assert switches.current() == switches.read() == Switches()


def test_who_turned_it_and_why_is_kept_and_audited(chenda):
    turn("hold_mail", chenda)
    turn("hold_mail", chenda, on=False)

    entries = AuditEntry.objects.order_by("pk").values_list("by", "act", "target", "detail")
    assert list(entries) == [
        ("chenda", "turn_on", "switch:hold_mail", {"why": "A flood of robots"}),
        ("chenda", "turn_off", "switch:hold_mail", {}),
    ]


def test_switch_that_is_on_already_stays_with_who_turned_it_first(chenda):
    turn("fallback", chenda)
    assert not turn("fallback", create_staff("vibol"))
    assert (Switch.objects.get().by, AuditEntry.objects.count()) == ("chenda", 1)


@pytest.mark.parametrize(
    "fields", [{"name": "explode"}, {"by": ""}, {"why": ""}, {"name": "hold_mail"}, {"name": "pause_signing", "by": ""}]
)
def test_database_refuses_a_switch_that_makes_no_sense(fields):
    row = {"name": "fallback", "by": "chenda", "why": "storm"}
    Switch.objects.create(**row | {"name": "hold_mail"})
    with pytest.raises(IntegrityError), transaction.atomic():
        Switch.objects.create(**row | fields)


def test_question_costs_a_look_at_the_database_once_in_a_while(django_assert_num_queries):
    switches.forget()
    with django_assert_num_queries(1):
        assert [switches.current() for _ in range(100)] == [Switches()] * 100


def test_what_was_known_last_holds_while_the_database_is_down(transactional_db, chenda):
    turn("hold_mail", chenda)
    assert switches.current().hold_mail
    told = []

    def ask():
        connection.settings_dict = {**connection.settings_dict, "HOST": "127.0.0.1", "PORT": "1", "OPTIONS": {}}
        switches.forget()
        told.append(switches.current())

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert told == [Switches(hold_mail=True)]


def test_what_is_assumed_holds_within_its_block_alone():
    with switches.assumed(pause_signing=True):
        assert switches.current() == Switches(pause_signing=True)
    assert switches.current() == Switches()


# -- pause signing -------------------------------------------------------------------------------------------------


def test_pause_of_the_site_pauses_every_open_petition_and_no_other(chenda):
    create_petition("open")
    create_petition("closed", state="closed")
    create_petition("upcoming", opened_on=datetime.date(2199, 1, 1))
    turn("pause_signing", chenda)

    states = {row.slug: (row.state_today, row.can_still_confirm) for row in Petition.objects.filter(state__gt="")}
    assert {slug: states[slug] for slug in ("open", "closed", "upcoming")} == {
        "open": ("paused", True),
        "closed": ("closed", False),
        "upcoming": ("upcoming", True),
    }
