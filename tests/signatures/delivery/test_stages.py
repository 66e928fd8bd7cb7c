"""Freezing and building as staff ask for them and the worker does them."""

import contextlib
import threading

import pytest
from django.contrib.auth.models import User
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from petition import approvals
from petition.models import Approval, AuditEntry
from signatures import seal
from signatures.delivery import freeze as freezing
from signatures.delivery import manifest, second_person, stages, tasks
from signatures.delivery.bundle import open_bundle
from signatures.delivery.models import Delivery, LetterTemplate
from signatures.delivery.problems import NotNow
from signatures.tasks import put_back_stalled
from tests.people import allowed
from tests.signatures.delivery.collection import create_collection, create_planned


@pytest.fixture
def delivery(db, settings, tmp_path):
    settings.DELIVERY_DIR = tmp_path / "deliveries"
    return create_planned(create_collection())


@pytest.fixture
def bopha(db):
    return User.objects.create_superuser("bopha")


def work():
    """All that waits, done by a real worker that ends when nothing is left."""
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=False, install_signal_handlers=False, delete_jobs="successful", concurrency=2)


def approve(delivery, bopha):
    allowed(second_person.LETTERS, delivery, bopha)


def freeze(delivery, bopha, language="en"):
    if not second_person.letters_approval(delivery):
        approve(delivery, bopha)
    stages.freeze_planned(delivery_id=delivery.pk, by_id=bopha.pk, language=language)
    delivery.refresh_from_db()


def build(delivery, language="en", should_stop=lambda: False):
    Delivery.objects.filter(pk=delivery.pk).update(state="building", step="waiting")
    finished = stages.build_frozen(delivery_id=delivery.pk, language=language, should_stop=should_stop)
    delivery.refresh_from_db()
    return finished


def acts():
    entries = AuditEntry.objects.exclude(act__endswith="_approval")
    return list(entries.order_by("id").values_list("by", "act", "target"))


def delivery_jobs():
    return ProcrastinateJob.objects.filter(queue_name="delivery")


@pytest.mark.django_db(transaction=True)
def test_delivery_is_frozen_and_built_by_the_worker(delivery, bopha):
    approve(delivery, bopha)
    tasks.request_freeze(delivery=delivery, by=bopha)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.step) == ("planned", "freezing")
    work()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.step, delivery.fault) == ("frozen", "", "")
    allowed(second_person.BUILD, delivery, bopha)
    tasks.request_build(delivery=delivery, by=bopha)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.step) == ("building", "waiting")
    work()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.step, delivery.fault) == ("built", "", "")
    assert delivery.root == manifest.read(delivery.folder)["root"]
    target = f"delivery.delivery:{delivery.pk}"
    assert acts() == [("bopha", "freeze", target), ("bopha", "build", target), ("system", "built", target)]
    assert not delivery_jobs().exists()


@pytest.mark.django_db(transaction=True)
def test_build_of_a_worker_that_was_killed_is_taken_up_again(delivery, bopha):
    freeze(delivery, bopha)
    allowed(second_person.BUILD, delivery, bopha)
    tasks.request_build(delivery=delivery, by=bopha)
    with connection.cursor() as cursor:  # as such a worker leaves it, its heartbeat two minutes old
        cursor.execute(
            """WITH worker AS (
                   INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '2 minutes')
                   RETURNING id)
               UPDATE procrastinate_jobs SET status = 'doing', worker_id = worker.id
               FROM worker WHERE queue_name = 'delivery'"""
        )
    with contextlib.suppress(AlreadyEnqueued):
        put_back_stalled.defer(timestamp=0)
    work()
    work()
    delivery.refresh_from_db()
    assert delivery.state == "built"


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_at_once_one_is_refused(delivery, bopha):
    freeze(delivery, bopha)
    allowed(second_person.BUILD, delivery, bopha)
    outcomes = []

    def ask():
        try:
            tasks.request_build(delivery=delivery, by=bopha)
            outcomes.append("taken")
        except NotNow as problem:
            outcomes.append(str(problem))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refusal = "Only a frozen delivery that is not being built can be built."
    assert sorted(outcomes) == [*[refusal] * 3, "taken"]
    assert delivery_jobs().count() == 1


def test_frozen_delivery_is_not_frozen_again(delivery, bopha):
    freeze(delivery, bopha)
    with pytest.raises(NotNow) as caught:
        tasks.request_freeze(delivery=delivery, by=bopha)
    assert str(caught.value) == "Only a planned delivery can be frozen."


def test_planned_delivery_is_not_built(delivery, bopha):
    with pytest.raises(NotNow):
        tasks.request_build(delivery=delivery, by=bopha)
    assert not delivery_jobs().exists()


def test_nothing_is_built_on_the_word_of_one(delivery, bopha):
    freeze(delivery, bopha)
    with pytest.raises(approvals.NotAllowed):
        tasks.request_build(delivery=delivery, by=bopha)
    delivery.refresh_from_db()
    assert (delivery.state, delivery_jobs().exists()) == ("frozen", False)


def test_a_build_that_is_refused_leaves_what_was_allowed(delivery, bopha):
    allowed(second_person.BUILD, delivery, bopha)
    with pytest.raises(NotNow):
        tasks.request_build(delivery=delivery, by=bopha)
    assert approvals.standing(kind=second_person.BUILD, target=delivery, by=bopha).allowed


def test_freeze_that_is_asked_for_twice_is_done_once(delivery, bopha):
    freeze(delivery, bopha)
    frozen_at = delivery.frozen_at
    freeze(delivery, bopha)
    assert (delivery.frozen_at, Delivery.objects.count()) == (frozen_at, 1)


def test_letters_that_nobody_approved_are_not_frozen(delivery, bopha):
    with pytest.raises(NotNow) as caught:
        tasks.request_freeze(delivery=delivery, by=bopha)
    assert str(caught.value) == second_person.NOT_APPROVED
    stages.freeze_planned(delivery_id=delivery.pk, by_id=bopha.pk, language="en")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.fault) == ("planned", second_person.NOT_APPROVED)


def test_letter_that_is_changed_between_the_request_and_the_freeze_is_not_frozen(delivery, bopha):
    approve(delivery, bopha)
    tasks.request_freeze(delivery=delivery, by=bopha)
    LetterTemplate.objects.filter(language="en").update(subject="Another one")
    stages.freeze_planned(delivery_id=delivery.pk, by_id=bopha.pk, language="en")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.fault) == ("planned", second_person.NOT_APPROVED)


def test_who_freezes_need_not_be_who_had_the_letters_approved(delivery, bopha):
    approve(delivery, bopha)
    stages.freeze_planned(delivery_id=delivery.pk, by_id=User.objects.get(username="second").pk, language="en")
    delivery.refresh_from_db()
    assert delivery.state == "frozen"


def test_word_for_the_letters_is_used_up_by_the_freeze(delivery, bopha):
    approve(delivery, bopha)
    freeze(delivery, bopha)
    assert Approval.objects.get().state == "used"
    assert AuditEntry.objects.get(act="use_approval").by == "bopha"


@pytest.mark.parametrize("is_approved", [True, False])
def test_bundle_says_whether_the_letters_were_approved(delivery, bopha, is_approved):
    if is_approved:
        approve(delivery, bopha)
    _frozen, bundle = freezing.freeze(petition=delivery.petition, by=None)
    assert open_bundle(bundle).data["letters_approved"] is is_approved


def test_freeze_of_nothing_stays_planned_and_says_why(delivery, bopha):
    delivery.petition.signatures.all().delete()
    freeze(delivery, bopha)
    assert (delivery.state, delivery.step) == ("planned", "")
    assert delivery.fault == "peace has no confirmed signature to deliver yet."


def test_freeze_without_a_letter_says_which(delivery, bopha):
    LetterTemplate.objects.filter(language="km").delete()
    freeze(delivery, bopha)
    assert delivery.fault == "There is no letter in the language km, in which 2.1 Sok Vibol is to receive one."


def test_build_without_a_key_says_so_and_can_be_repeated(delivery, bopha, settings):
    freeze(delivery, bopha)
    key, settings.DELIVERY_PRIVATE_KEY = settings.DELIVERY_PRIVATE_KEY, ""
    assert build(delivery)
    assert (delivery.state, delivery.step) == ("frozen", "")
    assert delivery.fault == (
        f"The delivery key {seal.fingerprint_of(seal.public_key('DELIVERY_PUBLIC_KEY'))} is not at hand, "
        "and the bundle holds names that only it opens."
    )
    settings.DELIVERY_PRIVATE_KEY = key
    build(delivery)
    assert (delivery.state, delivery.fault) == ("built", "")


def test_key_that_is_none_is_told(delivery, bopha, settings):
    freeze(delivery, bopha)
    settings.DELIVERY_PRIVATE_KEY = "c2hvcnQ="
    build(delivery)
    assert delivery.fault == ("The delivery key on this server is no key: DELIVERY_PRIVATE_KEY holds 5 bytes, not 32.")


def test_fault_is_in_the_language_of_who_asked(delivery, bopha, settings):
    freeze(delivery, bopha)
    settings.DELIVERY_PRIVATE_KEY = ""
    build(delivery, language="km")
    assert delivery.fault.startswith("គ្មានកូនសោប្រគល់ជូន ")


def test_missing_bundle_is_told(delivery, bopha):
    freeze(delivery, bopha)
    delivery.bundle.unlink()
    build(delivery)
    assert (delivery.state, delivery.fault) == ("frozen", f"There is no bundle at {delivery.bundle}.")


def test_folder_that_is_finished_and_damaged_is_not_recorded_as_built(delivery, bopha):
    freeze(delivery, bopha)
    build(delivery)
    Delivery.objects.filter(pk=delivery.pk).update(state="frozen")
    (delivery.folder / "book" / "volume-001.pdf").unlink()
    build(delivery)
    assert delivery.state == "frozen"
    assert delivery.fault == "The finished folder is not right: book/volume-001.pdf is missing."


def test_build_that_is_told_to_stop_stays_as_it_is_and_goes_on(delivery, bopha):
    freeze(delivery, bopha)
    answers = iter([False, False, False, True])
    assert build(delivery, should_stop=lambda: next(answers)) is False
    assert (delivery.state, delivery.step) == ("building", "volumes")
    assert stages.build_frozen(delivery_id=delivery.pk, language="en", should_stop=lambda: False)
    delivery.refresh_from_db()
    assert delivery.state == "built"


def test_every_step_has_words():
    from signatures.delivery import build as builds

    steps = {builds.CHECKING, builds.VOLUMES, builds.TABLES, builds.LETTERS, builds.SUMS}
    assert set(stages.STEPS) == steps | {stages.FREEZING, stages.WAITING, stages.VERIFYING}
