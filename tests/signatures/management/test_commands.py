"""The commands as an operator calls them."""

import base64
import datetime
import re

import pytest
from django.core.management import CommandError, call_command
from nacl.public import PrivateKey

from signatures import erasure, seal, sealing
from signatures.choices import Purpose
from signatures.models import CountByCountry, CountByState, NetworkKey, Signature
from tests.people import DARA, SOKHA, confirmed, create_petition, made_old, signed

pytestmark = pytest.mark.django_db


def run(capsys, *arguments):
    """What was printed, and the exit code."""
    try:
        call_command(*arguments)
    except SystemExit as end:
        return capsys.readouterr().out, end.code
    return capsys.readouterr().out, 0


@pytest.fixture
def petition():
    return create_petition()


# -- recount -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["recount"], ["recount", "--check"]])
def test_true_counts_are_said_to_be_true(petition, capsys, arguments):
    confirmed(petition, SOKHA)
    assert run(capsys, *arguments) == ("All counts are true.\n", 0)


def test_check_names_what_differs_exits_1_and_repairs_nothing(petition, capsys):
    confirmed(petition, SOKHA)
    CountByCountry.objects.update(confirmed=4)
    expected = f"petition {petition.pk}, country KH: kept 4, true 1\n", 1
    assert [run(capsys, "recount", "--check") for _ in range(2)] == [expected, expected]
    call_command("recount")


def test_check_names_a_state_by_its_origin_first(petition, capsys):
    signed(petition, SOKHA)
    CountByState.objects.update(rows=4)
    expected = f"petition {petition.pk}, state web pending: kept 4, true 1\n", 1
    assert run(capsys, "recount", "--check") == expected
    call_command("recount")


def test_recount_repairs_and_says_so(petition, capsys):
    confirmed(petition, SOKHA)
    CountByCountry.objects.update(confirmed=4)
    printed, code = run(capsys, "recount")
    assert (printed.splitlines()[-1], code, CountByCountry.objects.get().confirmed) == ("1 counts repaired.", 0, 1)


# -- purge ---------------------------------------------------------------------------------------------------------


def test_purge_erases_what_is_due_and_says_how_much(petition, capsys):
    made_old(signed(petition, SOKHA))
    NetworkKey.objects.create(day=datetime.date(2020, 1, 1), key=b"k" * 32)
    printed, code = run(capsys, "purge")
    assert (printed.splitlines()[:8], code) == (
        [
            "unconfirmed: 1 erased",
            "rejected: 0 erased",
            "networks: 0 erased",
            "network keys: 1 erased",
            "mailing recipients: 0 erased",
            "hours: 0 erased",
            "addresses: 0 erased",
            "identities: 0 erased",
        ],
        0,
    )
    assert Signature.objects.count() == 0


def test_dry_run_of_a_purge_only_counts(petition, capsys):
    made_old(signed(petition, SOKHA))
    printed, _ = run(capsys, "purge", "--dry-run")
    assert (printed.splitlines()[0], Signature.objects.count()) == ("unconfirmed: 1 due", 1)
    assert erasure.purge().unconfirmed == 1


def test_purge_leaves_what_is_not_due(petition, capsys):
    confirmed(petition, SOKHA)
    signed(petition, DARA)
    run(capsys, "purge")
    assert Signature.objects.count() == 2


# -- keys ----------------------------------------------------------------------------------------------------------


def test_keys_are_shown_by_their_fingerprints_and_never_themselves(capsys, settings):
    printed, code = run(capsys, "keys")
    lines = printed.splitlines()
    assert (lines[-1], code) == ("The keys fit.", 0)
    pairs = [f"{pair}_{half}_KEY" for pair in ("MAIL", "DELIVERY", "SIGNING") for half in ("PUBLIC", "PRIVATE")]
    names = ["INDEX_KEY", *pairs]
    assert [line.split()[0] for line in lines[:-1]] == names
    assert all(re.fullmatch("[0-9a-f]{16}|SHA256:.{43}", line.split()[1]) for line in lines[:-1])
    assert [name for name in names if getattr(settings, name) in printed] == []


def test_key_that_is_kept_elsewhere_is_no_fault(capsys, settings):
    settings.DELIVERY_PRIVATE_KEY = ""
    printed, code = run(capsys, "keys")
    assert ("DELIVERY_PRIVATE_KEY  DELIVERY_PRIVATE_KEY is not set" in printed, code) == (True, 0)


def test_keys_that_do_not_fit_are_refused_by_their_names(settings):
    settings.MAIL_PRIVATE_KEY = base64.b64encode(b"k" * 32).decode()
    with pytest.raises(CommandError) as refused:
        call_command("keys")
    assert str(refused.value) == "MAIL_PRIVATE_KEY does not belong to MAIL_PUBLIC_KEY"


@pytest.mark.parametrize("purpose", ["mail", "delivery"])
def test_new_pair_is_printed_as_settings_that_fit(capsys, settings, purpose):
    printed, _ = run(capsys, "keys", "--new", purpose)
    pair = dict(line.split("=", 1) for line in printed.splitlines())
    assert list(pair) == [f"{purpose.upper()}_PUBLIC_KEY", f"{purpose.upper()}_PRIVATE_KEY"]
    for name, value in pair.items():
        setattr(settings, name, value)
    assert run(capsys, "keys")[1] == 0


# -- worker --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["MAIL_PRIVATE_KEY", "MAIL_PUBLIC_KEY", "INDEX_KEY"])
def test_worker_without_a_key_does_not_start_and_names_it(settings, name):
    setattr(settings, name, "")
    with pytest.raises(CommandError) as refused:
        call_command("worker", "--once")
    assert name in str(refused.value)


def test_worker_with_another_key_than_the_registered_one_does_not_start():
    other = PrivateKey.generate().public_key
    sealing.register(purpose=Purpose.MAIL, public_key=bytes(other), by=None)
    with pytest.raises(CommandError) as refused:
        call_command("worker", "--once")
    assert f"but {seal.fingerprint_of(other)} is registered as the current one" in str(refused.value)


def test_worker_that_can_not_send_says_so_in_the_registry(settings):
    public = seal.public_key("MAIL_PUBLIC_KEY")
    key = sealing.register(purpose=Purpose.MAIL, public_key=bytes(public), by=None)
    sealing.note_worker()
    settings.MAIL_PRIVATE_KEY = ""
    with pytest.raises(CommandError):
        call_command("worker", "--once")
    key.refresh_from_db()
    assert not key.is_with_worker
