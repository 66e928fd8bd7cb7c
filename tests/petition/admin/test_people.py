import pytest
from django.contrib.auth.models import Group, User

from petition.models import AuditEntry
from tests.khmer import english
from tests.people import PASSWORD, create_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def vibol(client):
    user = create_staff("vibol")
    client.force_login(user)
    return user


def fields(user, **more):
    return {
        "username": user.username,
        "first_name": user.first_name,
        "email": user.email,
        "is_active": "on",
        "is_staff": "on",
        "groups": [group.pk for group in user.groups.all()],
    } | more


def test_an_administrator_gives_a_colleague_another_group(client, vibol):
    chenda = create_staff("chenda")
    group = Group.objects.get(name="delivery staff")

    client.post(f"/admin/auth/user/{chenda.pk}/change/", fields(chenda, groups=[group.pk]))

    assert list(chenda.groups.all()) == [group]
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.act, entry.target) == ("vibol", "change", f"auth.user:{chenda.pk}")
    assert entry.detail == {"fields": ["groups"]}


def test_a_new_member_of_staff_has_a_group_from_the_start(client, vibol):
    group = Group.objects.get(name="organisers")
    sent = {
        "username": "sreymom",
        "usable_password": "true",
        "password1": "the mekong turns twice",
        "password2": "the mekong turns twice",
        "is_staff": "on",
        "groups": [group.pk],
    }

    assert client.post("/admin/auth/user/add/", sent).status_code == 302

    user = User.objects.get(username="sreymom")
    assert user.is_staff and list(user.groups.all()) == [group]
    assert AuditEntry.objects.get().detail == {"fields": ["username", "password1", "password2", "is_staff", "groups"]}


def test_an_administrator_can_not_make_a_superuser(client, vibol):
    client.post(f"/admin/auth/user/{vibol.pk}/change/", fields(vibol, is_superuser="on", first_name="V"))

    vibol.refresh_from_db()
    assert vibol.first_name == "V"
    assert not vibol.is_superuser


def test_an_administrator_can_not_change_a_superuser(client, vibol):
    root = User.objects.create_superuser("root", password=PASSWORD)

    assert client.post(f"/admin/auth/user/{root.pk}/change/", fields(root)).status_code == 403
    assert client.get(f"/admin/auth/user/{root.pk}/password/").status_code == 403


def test_a_new_password_is_on_record_and_is_not_in_it(client, vibol):
    chenda = create_staff("chenda")
    sent = {"password1": "a lake that breathes", "password2": "a lake that breathes", "usable_password": "true"}

    client.post(f"/admin/auth/user/{chenda.pk}/password/", sent)

    chenda.refresh_from_db()
    assert chenda.check_password("a lake that breathes")
    entry = AuditEntry.objects.get()
    assert entry.act == "change" and "lake" not in str(entry.detail)


def test_nobody_is_deleted(client, vibol):
    chenda = create_staff("chenda")

    assert client.post(f"/admin/auth/user/{chenda.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=chenda.pk).exists()


def options(client, path, field):
    form = client.get(path).context["adminform"].form
    return [label for _value, label in form.fields[field].choices]


def test_groups_are_called_in_the_readers_language(client, vibol):
    assert options(client, f"/admin/auth/user/{vibol.pk}/change/", "groups") == ["អ្នកគ្រប់គ្រង", "អ្នកប្រគល់ជូន", "អ្នករៀបចំ"]
    assert "អ្នកប្រគល់ជូន" in client.get("/admin/auth/group/").content.decode()
    listed = client.get("/admin/auth/user/").context["cl"].filter_specs[1].lookup_choices
    assert [name for _pk, name in listed] == ["អ្នកគ្រប់គ្រង", "អ្នកប្រគល់ជូន", "អ្នករៀបចំ"]


def test_a_group_that_staff_make_is_called_as_they_call_it(client, vibol):
    Group.objects.create(name="អ្នកបកប្រែ")

    assert "អ្នកបកប្រែ" in options(client, f"/admin/auth/user/{vibol.pk}/change/", "groups")


def test_permissions_are_told_by_what_they_are_for(client, vibol):
    group = Group.objects.get(name="organisers")

    offered = options(client, f"/admin/auth/group/{group.pk}/change/", "permissions")

    assert {"ញត្តិ៖ កែប្រែ", "ហត្ថលេខា៖ មើល", "ការប្រគល់ជូន៖ បិទបញ្ជី"} <= set(offered)


def test_every_right_that_a_group_has_is_offered(client, vibol):
    """Else a form that is saved as it was would take it away."""
    for group in Group.objects.all():
        form = client.get(f"/admin/auth/group/{group.pk}/change/").context["adminform"].form
        assert set(group.permissions.all()) <= set(form.fields["permissions"].queryset)


def test_an_account_that_may_only_be_read_is_read_in_khmer_and_without_its_hash(client, vibol):
    root = User.objects.create_superuser("root", password=PASSWORD)

    page = client.get(f"/admin/auth/user/{root.pk}/change/")

    assert page.status_code == 200
    assert english(page.content.decode(), {"root", "vibol"}) == []
    assert root.password not in page.content.decode()
