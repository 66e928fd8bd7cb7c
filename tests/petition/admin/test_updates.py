import pytest

from petition.models import AuditEntry, Update
from tests.people import create_petition, create_staff, create_tag, create_update

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def chenda(client):
    user = create_staff("chenda")
    client.force_login(user)
    return user


def test_an_update_is_written_with_its_tags(client, chenda):
    petition = create_petition()
    tag = create_tag()
    sent = {
        "petition": petition.pk,
        "slug": "first-news",
        "published_on": "2026-03-01",
        "is_published": "on",
        "title_km": "ដំណឹង",
        "title_en": "News",
        "body_km": "សង្ខេប",
        "body_en": "The lead.\r\n\r\nThe rest.",
        "byline": "The committee",
        "tags": [tag.pk],
    }

    assert client.post("/admin/petition/update/add/", sent).status_code == 302

    update = Update.objects.get()
    assert update.body_en == "The lead.\n\nThe rest."
    assert list(update.tags.all()) == [tag]
    assert AuditEntry.objects.get().act == "add"


def test_the_help_shows_the_mark_that_ends_the_lead(client, chenda):
    page = client.get("/admin/petition/update/add/", headers=ENGLISH).content.decode()

    assert "<code>&lt;!-- more --&gt;</code>" in page


def test_a_published_update_links_to_its_public_page_and_a_draft_does_not(client, chenda):
    petition = create_petition()
    public, draft = create_update(petition), create_update(petition, "draft", is_published=False)

    shown = client.get(f"/admin/petition/update/{public.pk}/change/", headers=ENGLISH).content.decode()
    hidden = client.get(f"/admin/petition/update/{draft.pk}/change/", headers=ENGLISH).content.decode()

    assert f"/en/petitions/peace/updates/{public.slug}/" in shown
    assert f"/en/petitions/peace/updates/{draft.slug}/" not in hidden


def test_a_draft_can_be_seen_in_both_languages_before_it_is_published(client, chenda):
    update = create_update(create_petition(), is_published=False, body_en="**Bold** <script>x</script>")

    page = client.get(f"/admin/petition/update/{update.pk}/preview/", headers=ENGLISH).content.decode()

    assert "<strong>Bold</strong>" in page and "<script>x" not in page
    assert update.title_km in page and "Not published yet" in page


def test_the_preview_is_not_for_whoever_may_not_see_updates(client):
    update = create_update(create_petition())
    client.force_login(create_staff("bopha"))

    assert client.get(f"/admin/petition/update/{update.pk}/preview/").status_code == 404


def test_the_preview_of_no_update_is_not_found_and_takes_no_post(client, chenda):
    update = create_update(create_petition())

    assert client.get("/admin/petition/update/999/preview/").status_code == 404
    assert client.post(f"/admin/petition/update/{update.pk}/preview/").status_code == 405


def test_what_is_asked_before_an_update_goes_names_the_update_alone(client):
    client.force_login(create_staff("vibol"))
    update = create_update(create_petition())
    update.tags.set([create_tag(), create_tag("another")])

    asked = client.get(f"/admin/petition/update/{update.pk}/delete/", headers=ENGLISH)

    assert [str(update) in line for line in asked.context["deleted_objects"]] == [True]
    assert list(asked.context["model_count"]) == [("updates", 1)]


def test_a_tag_goes_without_its_updates(client):
    client.force_login(create_staff("vibol"))
    tag = create_tag()
    update = create_update(create_petition())
    update.tags.set([tag])

    asked = client.get(f"/admin/petition/tag/{tag.pk}/delete/", headers=ENGLISH)
    assert len(asked.context["deleted_objects"]) == 1
    assert client.post(f"/admin/petition/tag/{tag.pk}/delete/", {"post": "yes"}).status_code == 302

    assert (list(update.tags.all()), list(Update.objects.all())) == ([], [update])
