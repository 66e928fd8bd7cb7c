import io
import re

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def run():
    out = io.StringIO()
    call_command("first_staff", stdout=out)
    return out.getvalue()


def test_first_staff_user_may_do_everything_with_the_password_that_is_printed():
    password = re.search(r"one-time password (\S+)\n", run())[1]
    admin = User.objects.get()
    assert (admin.username, admin.is_staff, admin.is_superuser) == ("admin", True, True)
    assert admin.check_password(password)


def test_password_is_shown_once():
    run()
    password = User.objects.get().password
    assert run() == "There is staff already.\n"
    assert User.objects.get().password == password


def test_nobody_is_made_where_there_is_staff():
    User.objects.create_user("chenda", is_staff=True)
    assert run() == "There is staff already.\n"
    assert User.objects.count() == 1


def test_staff_who_may_no_longer_sign_in_are_none():
    User.objects.create_user("chenda", is_staff=True, is_active=False)
    assert "one-time password" in run()


def test_user_of_that_name_is_not_touched():
    User.objects.create_user("admin", password="a river has two banks")
    with pytest.raises(CommandError, match="A user admin exists"):
        run()
    assert User.objects.get().check_password("a river has two banks")
