"""The mail that tells staff that a request waits for a second person."""

import pytest
from django.contrib.auth.models import User

from petition import approvals
from signatures import mail_sending
from tests.khmer import foreign
from tests.people import asked, create_staff, queued_mails

pytestmark = pytest.mark.django_db


def staff(name):
    user = create_staff(name)
    user.email = f"{name}@example.org"
    user.save(update_fields=["email"])
    return user


@pytest.fixture
def bopha():
    return staff("bopha")


@pytest.fixture
def vibol():
    return staff("vibol")


def ask(by):
    return asked("build_delivery", "delivery.delivery:1", by)


def test_a_request_goes_to_each_who_may_allow_it_and_not_to_who_asks(bopha, vibol):
    staff("chenda")  # who may neither do nor allow it
    User.objects.create_superuser("root")  # who has no address
    row = ask(bopha)
    assert queued_mails() == [{"approval_id": row.pk, "user_id": vibol.pk}]


def test_the_mail_tells_in_both_languages_that_a_request_waits(bopha, vibol, mailoutbox, settings):
    settings.SITE_URL = "https://site.example.org"
    row = ask(bopha)
    mail_sending.send_request(approval_id=row.pk, user_id=vibol.pk)
    (message,) = mailoutbox
    assert message.to == ["vibol@example.org"]
    assert message.subject == "មានសំណើមួយរង់ចាំអ្នក · A request waits for you · site.example.org"
    assert message.body.count("https://site.example.org/admin/petition/approval/") == 2
    khmer, _link, english = message.body.partition("\n\nhttps://")
    assert not foreign(khmer) and "If you know nothing of it, refuse it." in english


def test_the_link_leads_to_the_host_of_the_staff(bopha, vibol, mailoutbox, settings):
    settings.SITE_URL, settings.ADMIN_HOST = "https://site.example.org", "staff.example.org"
    mail_sending.send_request(approval_id=ask(bopha).pk, user_id=vibol.pk)
    assert mailoutbox[0].body.count("https://staff.example.org/admin/petition/approval/") == 2


def test_the_mail_tells_neither_who_asks_nor_what_nor_why(bopha, vibol, mailoutbox):
    row = ask(bopha)
    mail_sending.send_request(approval_id=row.pk, user_id=vibol.pk)
    text = str(mailoutbox[0].message())
    assert not [word for word in ("bopha", "build", row.why) if word in text]


def test_what_was_decided_meanwhile_is_not_told(bopha, vibol, mailoutbox):
    row = ask(bopha)
    approvals.refuse(approval=row, by=vibol)
    mail_sending.send_request(approval_id=row.pk, user_id=vibol.pk)
    assert mailoutbox == []


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": ""}])
def test_who_left_or_has_no_address_gets_no_mail(bopha, vibol, mailoutbox, change):
    row = ask(bopha)
    User.objects.filter(pk=vibol.pk).update(**change)
    mail_sending.send_request(approval_id=row.pk, user_id=vibol.pk)
    assert mailoutbox == []
