import pytest

from petition import audit
from petition.admin import trail
from petition.models import AuditEntry
from tests.people import create_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def vibol(client):
    user = create_staff("vibol")
    client.force_login(user)
    return user


def test_the_newest_act_stands_first_in_words(client, vibol):
    audit.record(by=None, act="load", target="petition.petition:1")
    audit.record(by=vibol, act="change", target="petition.petition:1", detail={"fields": ["goal", "state"]})

    entries = client.get("/admin/petition/auditentry/", headers={"Accept-Language": "en"}).context["entries"]

    assert [row[1:] for row in entries] == [
        ("vibol", "changed", "petition 1", "fields: goal, state"),
        ("the system", "loaded from a file", "petition 1", ""),
    ]


def test_it_is_narrowed_to_one_person(client, vibol):
    audit.record(by=None, act="load", target="petition.petition:1")
    audit.record(by=vibol, act="change", target="petition.petition:1")

    entries = client.get("/admin/petition/auditentry/?by=system").context["entries"]

    assert [row.entry.by for row in entries] == ["system"]


def test_older_acts_are_a_page_away(client, vibol):
    first = audit.record(by=None, act="first", target="x")
    AuditEntry.objects.bulk_create(AuditEntry(by="system", act="load", target="x") for _ in range(trail.ROWS))

    newest = client.get("/admin/petition/auditentry/").context["page"]
    older = client.get(f"/admin/petition/auditentry/?before={newest.older}").context["page"]

    assert len(newest.rows) == trail.ROWS
    assert list(older.rows) == [first]
    assert older.older is None


def test_it_never_counts_all_rows(client, vibol, django_assert_max_num_queries):
    with django_assert_max_num_queries(10) as asked:
        client.get("/admin/petition/auditentry/")

    assert not [query for query in asked.captured_queries if "COUNT(" in query["sql"]]


def test_the_head_is_shown_to_be_noted_down(client, vibol):
    audit.record(by=None, act="load", target="x")
    audit.chain()

    page = client.get("/admin/petition/auditentry/", headers={"Accept-Language": "en"}).content.decode()

    assert "Entries: 1." in page
    assert f'<code class="house-hash">{audit.head().hash}</code>' in page


def test_an_act_of_two_people_is_told_in_words(client, vibol):
    audit.record(by=vibol, act="ask_approval", target="x", detail={"kind": "build_delivery", "request": 7})

    (entry,) = client.get("/admin/petition/auditentry/", headers={"Accept-Language": "en"}).context["entries"]

    assert (entry.act, entry.detail) == (
        "a second person asked",
        "what: build the packets, which opens the names · request: 7",
    )


def test_nobody_writes_it(client, vibol):
    entry = audit.record(by=None, act="load", target="x")

    assert client.get("/admin/petition/auditentry/add/").status_code == 403
    assert client.post(f"/admin/petition/auditentry/{entry.pk}/change/", {"by": "me"}).status_code == 403
    assert client.post(f"/admin/petition/auditentry/{entry.pk}/delete/", {"post": "yes"}).status_code == 403
