import io

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from petition import accounts, factors
from petition.models import AuditEntry
from tests import door
from tests.people import create_staff

pytestmark = pytest.mark.django_db


def run(name):
    out = io.StringIO()
    call_command("staff", name, stdout=out)
    return out.getvalue()


def test_who_lost_all_begins_anew_with_the_password_that_is_printed():
    chenda = create_staff("chenda")
    door.with_app(chenda)
    factors.make_codes(user=chenda, by=chenda)

    password = run("chenda").split(" is ")[1].split("\n")[0]

    assert not factors.has_factor(chenda) and not chenda.recovery_codes.exists()
    client = Client()
    assert door.give_password(client, "chenda", password).headers["Location"] == "/admin/login/password/"
    entry = AuditEntry.objects.latest("id")
    assert (entry.by, entry.act, entry.target) == ("system", "factor_reset", f"auth.user:{chenda.pk}")


def test_the_old_password_ends():
    create_staff("chenda")
    run("chenda")

    assert door.give_password(Client(), "chenda").status_code == 200


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_nobody_else_gets_one(change):
    chenda = create_staff("chenda")
    User.objects.filter(pk=chenda.pk).update(**change)

    with pytest.raises(CommandError, match="There is no active staff user chenda"):
        run("chenda")
    assert not accounts.has_given_password(chenda)
