import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from petition.models import AuditEntry
from signatures import reasons
from signatures.models import FlaggedWord, Reason
from tests.pages import Page
from tests.people import confirmed, create_petition, create_staff, person

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
REASONS, WORDS = "/admin/signatures/reason/", "/admin/signatures/flaggedword/"
LOUD = {"code": "loud", "words_km": "ឮពេក", "words_en": "too loud", "for_hiding": "on", "order": "3", "is_active": "on"}


def page_of(code):
    return f"{REASONS}{Reason.objects.get(code=code).pk}/"


@pytest.fixture
def chenda(client):
    user = create_staff("chenda")
    client.force_login(user)
    return user


def test_organiser_adds_a_reason_in_both_languages(client, chenda):
    client.post(f"{REASONS}add/", LOUD)

    assert str(Reason.objects.get(code="loud")) == "ឮពេក"
    assert ("loud", "ឮពេក") in reasons.for_hiding()
    assert "loud" not in dict(reasons.for_holding())


def test_code_is_asked_for_once(client, chenda):
    page = client.get(page_of("abuse") + "change/", headers=ENGLISH)
    values = Page(page).values
    assert "code" not in values

    client.post(page_of("abuse") + "change/", values | {"words_en": "rude", "code": "insult"})

    assert Reason.objects.get(code="abuse").words_en == "rude"


def test_reason_cannot_be_deleted(client, chenda):
    assert client.post(page_of("abuse") + "delete/", {"post": "yes"}).status_code == 403


def test_changed_words_are_those_of_the_trail(client, django_capture_on_commit_callbacks):
    vibol, petition = create_staff("vibol"), create_petition()
    client.force_login(vibol)
    signature = confirmed(petition, person(1))
    client.post(
        "/admin/signatures/signature/hold/", {"number": [signature.pk], "sure": "1", "reason": "fraud"}, headers=ENGLISH
    )
    values = Page(client.get(page_of("fraud") + "change/", headers=ENGLISH)).values
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page_of("fraud") + "change/", values | {"words_en": "a robot"})

    assert "a robot" in client.get("/admin/petition/auditentry/", headers=ENGLISH).content.decode()
    reasons.forget()


def test_list_of_words_is_audited_and_what_waits_is_looked_at_anew(client, chenda):
    client.post(f"{WORDS}add/", {"text": "rascal"})
    word = FlaggedWord.objects.get(text="rascal")
    client.post(f"{WORDS}{word.pk}/delete/", {"post": "yes"})

    assert not FlaggedWord.objects.filter(text="rascal").exists()
    assert [entry.act for entry in AuditEntry.objects.filter(target__startswith="signatures.flaggedword")] == [
        "delete",
        "add",
    ]
    job = ProcrastinateJob.objects.get(task_name="signatures.tasks.flag_waiting")
    assert job.status == "todo"


@pytest.mark.parametrize("path", [REASONS, WORDS, f"{REASONS}add/", f"{WORDS}add/"])
def test_delivery_staff_have_no_say_in_it(client, path):
    client.force_login(create_staff("bopha"))
    assert client.get(path).status_code == 403
