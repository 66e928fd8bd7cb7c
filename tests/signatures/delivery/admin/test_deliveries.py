import datetime

import pytest
from django.contrib.auth.models import User
from procrastinate.contrib.django.models import ProcrastinateJob

from petition.models import AuditEntry
from signatures.delivery import freeze, second_person, stages
from signatures.delivery.models import Delivery, LetterTemplate, State
from tests.people import DARA, MARIE, SOKHA, allowed, asked, confirmed, create_petition, create_recipient, create_staff

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
LIST = "/admin/delivery/delivery/"
DAY = datetime.date(2026, 10, 23)


@pytest.fixture
def petition():
    petition = create_petition()
    recipient = create_recipient(petition)
    recipient.forms_of_address.create(
        language="en", name_line="Her Excellency", office_lines="Minister", salutation="Excellency,"
    )
    LetterTemplate.objects.create(petition=petition, language="en", subject="{title}", body="{count} people ask.")
    return petition


@pytest.fixture
def delivery(petition):
    return Delivery.objects.create(petition=petition, ordinal=1, planned_on=DAY)


@pytest.fixture
def frozen(delivery, settings, tmp_path):
    settings.DELIVERY_DIR = tmp_path
    for who in (SOKHA, DARA, MARIE):
        confirmed(delivery.petition, who)
    freeze.freeze(petition=delivery.petition, by=None)
    delivery.refresh_from_db()
    return delivery


@pytest.fixture
def bopha(client):
    user = create_staff("bopha")
    client.force_login(user)
    return user


def jobs():
    rows = ProcrastinateJob.objects.filter(queue_name="delivery").order_by("id")
    return [(job.task_name.rpartition(".")[2], job.args["delivery_id"]) for job in rows]


@pytest.mark.parametrize(("name", "status"), [("chenda", 403), ("bopha", 200), ("vibol", 200)])
def test_delivery_staff_and_administrators_see_deliveries(client, delivery, name, status):
    client.force_login(create_staff(name))

    for path in ("", "add/", f"{delivery.pk}/change/", f"{delivery.pk}/freeze/"):
        assert client.get(LIST + path).status_code == status


@pytest.mark.parametrize("path", ["freeze/", "build/"])
def test_organisers_neither_freeze_nor_build(client, delivery, path):
    client.force_login(create_staff("chenda"))

    assert client.post(f"{LIST}{delivery.pk}/{path}").status_code == 403
    assert jobs() == []


@pytest.mark.parametrize("path", ["freeze/", "build/", "progress/"])
def test_a_stranger_is_asked_to_log_in(client, delivery, path):
    assert client.post(f"{LIST}{delivery.pk}/{path}").headers["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("path", ["freeze/", "progress/"])
def test_a_delivery_that_is_not_there_is_not_found(client, bopha, path):
    assert client.get(f"{LIST}999/{path}").status_code == 404


def test_a_new_delivery_gets_the_next_number(client, bopha, petition):
    Delivery.objects.create(petition=petition, ordinal=4, planned_on=DAY, state=State.HANDED_OVER)

    client.post(f"{LIST}add/", {"petition": petition.pk, "planned_on": "2027-10-23"})

    made = Delivery.objects.get(state=State.PLANNED)
    assert (made.ordinal, made.planned_on) == (5, datetime.date(2027, 10, 23))
    assert AuditEntry.objects.get(act="add").target == f"delivery.delivery:{made.pk}"


def test_a_second_planned_delivery_is_refused_in_words(client, bopha, delivery):
    sent = {"petition": delivery.petition_id, "planned_on": "2027-10-23"}

    page = client.post(f"{LIST}add/", sent, headers=ENGLISH)

    assert "has a planned delivery already" in page.content.decode()
    assert Delivery.objects.count() == 1


def test_the_day_changes_only_while_it_is_planned(client, bopha, delivery):
    url = f"{LIST}{delivery.pk}/change/"
    client.post(url, {"planned_on": "2027-10-23", "note_en": "Soon."})
    delivery.refresh_from_db()
    assert (delivery.planned_on, delivery.note_en) == (datetime.date(2027, 10, 23), "Soon.")

    Delivery.objects.filter(pk=delivery.pk).update(state=State.HANDED_OVER)
    client.post(url, {"planned_on": "2030-01-01", "note_en": "Done."})

    delivery.refresh_from_db()
    assert (delivery.planned_on, delivery.note_en) == (datetime.date(2027, 10, 23), "Done.")


def test_the_table_for_excel_is_chosen_only_while_it_is_planned(client, bopha, delivery):
    url = f"{LIST}{delivery.pk}/change/"
    client.post(url, {"planned_on": "2027-10-23", "csv_bom": "on"})
    delivery.refresh_from_db()
    assert delivery.csv_bom

    Delivery.objects.filter(pk=delivery.pk).update(state=State.HANDED_OVER)
    client.post(url, {"note_en": "Done."})

    delivery.refresh_from_db()
    assert delivery.csv_bom


def test_nobody_deletes_a_delivery(client, delivery):
    client.force_login(create_staff("vibol"))

    assert client.post(f"{LIST}{delivery.pk}/delete/", {"post": "yes"}).status_code == 403


# -- freezing ------------------------------------------------------------------------------------------------------


def test_before_a_freeze_it_is_said_what_it_takes(client, bopha, delivery):
    for who in (SOKHA, DARA):
        confirmed(delivery.petition, who)

    page = client.get(f"{LIST}{delivery.pk}/freeze/", headers=ENGLISH)

    assert (page.context["count"], page.context["recipients"]) == (2, 1)
    assert "cannot be undone" in page.content.decode()
    assert jobs() == []


def test_the_freeze_is_asked_of_the_worker(client, bopha, delivery):
    allowed(second_person.LETTERS, delivery, bopha)

    answer = client.post(f"{LIST}{delivery.pk}/freeze/")

    assert answer.headers["Location"] == f"{LIST}{delivery.pk}/progress/"
    assert jobs() == [("freeze_delivery", delivery.pk)]


def test_without_a_second_persons_word_for_the_letters_nothing_is_frozen(client, bopha, delivery):
    create_staff("vibol")
    page = client.get(f"{LIST}{delivery.pk}/freeze/", headers=ENGLISH).content.decode()
    assert "Freeze now" not in page

    page = client.post(f"{LIST}{delivery.pk}/freeze/", headers=ENGLISH, follow=True).content.decode()

    assert second_person.NOT_APPROVED in page
    assert f"?kind=approve_letters&amp;target=delivery.delivery%3A{delivery.pk}" in page
    assert jobs() == []


def test_approved_letters_may_be_frozen_until_one_is_changed(client, bopha, delivery):
    allowed(second_person.LETTERS, delivery, bopha)
    page = client.get(f"{LIST}{delivery.pk}/change/", headers=ENGLISH).content.decode()
    assert "The letters are approved as they stand, by bopha and second" in page
    assert f"{LIST}{delivery.pk}/freeze/" in page

    LetterTemplate.objects.update(subject="Another one")

    page = client.get(f"{LIST}{delivery.pk}/change/", headers=ENGLISH).content.decode()
    assert f"{LIST}{delivery.pk}/freeze/" not in page


def test_what_is_frozen_is_not_frozen_again(client, bopha, frozen):
    page = client.post(f"{LIST}{frozen.pk}/freeze/", headers=ENGLISH, follow=True)

    assert "Only a planned delivery can be frozen." in page.content.decode()
    assert jobs() == []


def test_a_frozen_delivery_shows_its_totals_and_its_packets(client, bopha, frozen):
    page = client.get(f"{LIST}{frozen.pk}/change/", headers=ENGLISH).content.decode()

    assert "3 signatures: 2 with a name, 1 without" in page
    assert "1.1 Name 1.1" in page


def test_the_build_is_offered_to_whom_it_was_allowed(client, bopha, frozen):
    create_staff("vibol")
    page = client.get(f"{LIST}{frozen.pk}/change/", headers=ENGLISH).content.decode()
    assert f"{LIST}{frozen.pk}/build/" not in page
    assert f"?kind=build_delivery&amp;target=delivery.delivery%3A{frozen.pk}" in page

    allowed(second_person.BUILD, frozen, bopha)

    assert f"{LIST}{frozen.pk}/build/" in client.get(f"{LIST}{frozen.pk}/change/").content.decode()


def test_the_only_one_who_could_allow_it_is_told_that_a_second_person_is_needed(client, bopha, frozen):
    page = client.get(f"{LIST}{frozen.pk}/change/", headers=ENGLISH).content.decode()

    assert "A second person is needed" in page
    assert "An administrator can add one." in page
    assert "/approval/ask/" not in page


def test_a_superuser_alone_is_told_how_to_add_a_second_person(client, frozen):
    client.force_login(User.objects.create_superuser("root"))

    page = client.get(f"{LIST}{frozen.pk}/change/", headers=ENGLISH).content.decode()

    assert "A second person is needed" in page
    assert "/admin/auth/user/add/" in page


def test_who_waits_for_a_second_person_reads_it(client, bopha, frozen):
    create_staff("vibol")
    asked(second_person.BUILD, frozen, bopha)

    page = client.get(f"{LIST}{frozen.pk}/change/", headers=ENGLISH).content.decode()

    assert "Another person has to allow it." in page
    assert f"{LIST}{frozen.pk}/build/" not in page


def test_nothing_is_built_on_the_word_of_one(client, bopha, frozen):
    page = client.post(f"{LIST}{frozen.pk}/build/", headers=ENGLISH, follow=True)

    assert "A second person has to allow this first." in page.content.decode()
    assert jobs() == []


def test_no_page_of_a_delivery_holds_a_signer(client, bopha, frozen):
    for path in ("", f"{frozen.pk}/change/"):
        page = client.get(LIST + path).content.decode()
        for who in (SOKHA, DARA, MARIE):
            assert who.name not in page and who.email not in page and who.city not in page


def test_what_went_wrong_stands_on_the_page(client, bopha, delivery):
    stages.freeze_planned(delivery_id=delivery.pk, by_id=bopha.pk, language="en")

    page = client.get(f"{LIST}{delivery.pk}/change/", headers=ENGLISH).content.decode()

    delivery.refresh_from_db()
    assert delivery.fault and delivery.fault in page.replace("&#x27;", "'")


# -- building ------------------------------------------------------------------------------------------------------


def test_the_build_is_asked_of_the_worker(client, bopha, frozen):
    allowed(second_person.BUILD, frozen, bopha)

    answer = client.post(f"{LIST}{frozen.pk}/build/")

    assert answer.headers["Location"] == f"{LIST}{frozen.pk}/progress/"
    assert jobs() == [("build_delivery", frozen.pk)]
    assert AuditEntry.objects.get(act="build").by == "bopha"


def test_what_is_not_frozen_is_not_built(client, bopha, delivery):
    page = client.post(f"{LIST}{delivery.pk}/build/", headers=ENGLISH, follow=True)

    assert "can be built" in page.content.decode()
    assert jobs() == []


def test_building_is_no_get(client, bopha, frozen):
    assert client.get(f"{LIST}{frozen.pk}/build/").status_code == 405


def test_the_progress_page_looks_again_until_it_is_over(client, bopha, frozen):
    Delivery.objects.filter(pk=frozen.pk).update(state=State.BUILDING, step=stages.WAITING, done=1, total=4)
    page = client.get(f"{LIST}{frozen.pk}/progress/", headers=ENGLISH).content.decode()
    assert '<meta http-equiv="refresh"' in page
    assert "waiting for the worker" in page and "1 of 4" in page

    Delivery.objects.filter(pk=frozen.pk).update(state=State.BUILT, step="")
    assert client.get(f"{LIST}{frozen.pk}/progress/").headers["Location"] == f"{LIST}{frozen.pk}/change/"


def test_a_page_costs_as_many_queries_with_three_packets_as_with_one(
    client, bopha, frozen, django_assert_max_num_queries
):
    with django_assert_max_num_queries(40) as asked:
        client.get(f"{LIST}{frozen.pk}/change/")
    for position in (2, 3):
        frozen.packets.create(recipient=create_recipient(frozen.petition, 1, position))
    with django_assert_max_num_queries(len(asked)):
        client.get(f"{LIST}{frozen.pk}/change/")
