"""The three groups as the migrations make them, and back."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


@pytest.mark.django_db
def test_organisers_and_delivery_staff_share_nothing_but_looking():
    rights = {group.name: set(group.permissions.values_list("codename", flat=True)) for group in Group.objects.all()}

    shared = rights["organisers"] & rights["delivery staff"]
    assert shared == {"view_petition", "view_recipient", "view_formofaddress"}
    assert rights["administrators"] > rights["organisers"] | rights["delivery staff"]


@pytest.mark.django_db
def test_only_delivery_staff_and_administrators_come_near_names():
    holders = Group.objects.filter(permissions__codename="fetch_packet").order_by("name")

    assert [group.name for group in holders] == ["administrators", "delivery staff"]


@pytest.mark.django_db
def test_nobody_deletes_a_petition_a_delivery_a_signature_or_a_person():
    for codename in ("delete_petition", "delete_delivery", "delete_packet", "delete_user", "delete_group"):
        assert not Group.objects.filter(permissions__codename=codename).exists()


@pytest.mark.django_db
def test_permissions_are_named_as_django_names_them():
    names = Permission.objects.filter(codename__in=["change_packet", "freeze_delivery"]).order_by("codename")

    assert [permission.name for permission in names] == ["Can change packet", "Can freeze a delivery"]


@pytest.mark.django_db
def test_the_groups_go_and_come_back():
    def migrate(name):
        executor = MigrationExecutor(connection)
        executor.migrate([("delivery", name)])

    before = {group.name: group.permissions.count() for group in Group.objects.all()}
    migrate("0001_initial")
    assert not Group.objects.exists()
    call_command("migrate", verbosity=0)
    assert {group.name: group.permissions.count() for group in Group.objects.all()} == before
