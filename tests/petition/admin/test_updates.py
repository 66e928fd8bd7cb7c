import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from petition.models import AuditEntry, Update
from tests.people import create_petition, create_picture, create_staff, create_tag, create_update

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
UPDATES = "/admin/petition/update/"
NO_PICTURES = {"pictures-TOTAL_FORMS": "0", "pictures-INITIAL_FORMS": "0"}


@pytest.fixture
def chenda(client):
    user = create_staff("chenda")
    client.force_login(user)
    return user


def typed(petition, /, **changes):
    """The form as an organiser sends it. None takes a field away."""
    fields = {
        "petition": petition.pk,
        "slug": "first-news",
        "published_on": "2026-03-01",
        "is_published": "on",
        "title_km": "ដំណឹង",
        "title_en": "News",
        "body_km": "សង្ខេប",
        "body_en": "The lead.\r\n\r\nThe rest.",
        "byline": "The committee",
        **NO_PICTURES,
    }
    return {name: value for name, value in (fields | changes).items() if value is not None}


def errors(answer):
    return {name: list(faults) for name, faults in answer.context["adminform"].form.errors.items()}


def test_an_update_is_written_with_its_tags(client, chenda):
    tag = create_tag()

    assert client.post(f"{UPDATES}add/", typed(create_petition(), tags=[tag.pk])).status_code == 302

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


# -- when it is public ---------------------------------------------------------------------------------------------


def told(client, update):
    """What the list and the form say of its state."""
    form = client.get(f"{UPDATES}{update.pk}/change/", headers=ENGLISH)
    listed = client.get(UPDATES, headers=ENGLISH).content.decode()
    assert form.context["status"] in listed
    return form.context["status"]


MOMENT = datetime.datetime(2034, 5, 1, 7, 5, tzinfo=datetime.UTC)


def test_a_draft_says_so(client, chenda):
    assert told(client, create_update(create_petition(), is_published=False)) == "Draft: only staff see it."


def test_what_waits_says_until_when_in_phnom_penh(client, chenda):
    update = create_update(create_petition(), publish_at=MOMENT)

    assert told(client, update) == "Will be public on 1 May 2034 at 14:05 (Phnom Penh time)."


def test_what_is_public_says_since_when(client, chenda):
    update = create_update(create_petition(), publish_at=MOMENT.replace(year=2018))

    assert told(client, update) == "Public since 1 May 2018, 14:05 (Phnom Penh time)."


def test_a_refused_form_tells_the_state_that_is_saved(client, chenda):
    update = create_update(create_petition(), is_published=False)

    refused = client.post(f"{UPDATES}{update.pk}/change/", typed(update.petition, title_km=""), headers=ENGLISH)

    assert refused.context["status"] == "Draft: only staff see it."


def test_what_was_loaded_is_public_and_nobody_knows_since_when(client, chenda):
    assert told(client, create_update(create_petition())) == "Public."


@pytest.mark.parametrize("state", ["draft", "removed"])
def test_the_news_of_a_petition_that_nobody_sees_say_so(client, chenda, state):
    update = create_update(create_petition(state=state))

    assert told(client, update) == "Published, but its petition is not public: only staff see it."


def test_publishing_at_once_notes_the_moment(client, chenda):
    before = timezone.now()
    client.post(f"{UPDATES}add/", typed(create_petition()))

    assert before <= Update.objects.get().publish_at <= timezone.now()


def test_publishing_at_a_time_is_typed_as_the_time_of_phnom_penh(client, chenda):
    client.post(f"{UPDATES}add/", typed(create_petition(), publish_at_0="2034-05-01", publish_at_1="14:05"))

    assert (Update.objects.get().publish_at, Update.objects.published().exists()) == (MOMENT, False)


def test_publishing_again_notes_the_new_moment(client, chenda):
    update = create_update(create_petition(), is_published=False, publish_at=MOMENT.replace(year=2018))
    before = timezone.now()
    past = {"publish_at_0": "2018-05-01", "publish_at_1": "14:05"}
    client.post(f"{UPDATES}{update.pk}/change/", typed(update.petition, **past))

    update.refresh_from_db()
    assert update.publish_at >= before


def test_an_edit_leaves_the_moment_of_publishing_and_notes_its_own(client, chenda):
    update = create_update(create_petition(), publish_at=MOMENT.replace(year=2018))
    before = timezone.now()
    past = {"publish_at_0": "2018-05-01", "publish_at_1": "14:05"}
    client.post(f"{UPDATES}{update.pk}/change/", typed(update.petition, title_en="Other news", **past))

    update.refresh_from_db()
    assert (update.title_en, update.publish_at) == ("Other news", MOMENT.replace(year=2018))
    assert update.edited_at >= before


def test_a_new_tag_is_no_edit(client, chenda):
    update = create_update(create_petition(), slug="first-news", byline="The committee", body_en="a", body_km="b")
    same = {name: getattr(update, name) for name in ("title_km", "title_en", "body_km", "body_en", "published_on")}
    client.post(f"{UPDATES}{update.pk}/change/", typed(update.petition, tags=[create_tag().pk], **same))

    update.refresh_from_db()
    assert (update.tags.count(), update.edited_at) == (1, None)


# -- in both languages ---------------------------------------------------------------------------------------------

NEEDED = ["Write it before publishing, or tick “publish in one language only”."]


def test_a_draft_may_lack_every_text(client, chenda):
    nothing = dict.fromkeys(("title_km", "title_en", "body_km", "body_en"), "")

    assert client.post(f"{UPDATES}add/", typed(create_petition(), is_published=None, **nothing)).status_code == 302


@pytest.mark.parametrize("when", [{}, {"publish_at_0": "2034-05-01", "publish_at_1": "14:05"}])
def test_nothing_is_published_with_a_language_missing(client, chenda, when):
    sent = typed(create_petition(), title_en="", body_en=" ", **when)
    answer = client.post(f"{UPDATES}add/", sent, headers=ENGLISH)

    assert errors(answer) == {"title_en": NEEDED, "body_en": NEEDED}
    assert not Update.objects.exists()


def test_one_language_is_published_where_the_organiser_says_so(client, chenda):
    client.post(f"{UPDATES}add/", typed(create_petition(), title_en="", body_en="", in_one_language="on"))

    assert Update.objects.published().get().language == "km"


# -- the preview ---------------------------------------------------------------------------------------------------


def frames(answer):
    return dict(answer.context["frames"])


def test_the_preview_shows_what_is_typed_as_a_page_in_each_language(client, chenda):
    update = create_update(create_petition(), body_en="![](1)")
    picture = create_picture(update)
    lead = "**Bold** <script>x</script>\n\n<!-- more -->\n\n![](1)"

    answer = client.post(f"{UPDATES}{update.pk}/preview/", typed(update.petition, body_en=lead), headers=ENGLISH)

    pages = frames(answer)
    assert [f'<html lang="{code}">' in page for code, page in pages.items()] == [True, True]
    assert "<strong>Bold</strong>" in pages["en"] and "<script>" not in pages["en"]
    assert pages["en"].count(picture.files[800]) == 4  # src and srcset, in the list and on the page
    assert ("សង្ខេប" in pages["km"], "News" in pages["en"], "1 March 2026" in pages["en"]) == (True, True, True)
    assert 'srcdoc="\n&lt;!DOCTYPE html&gt;' in answer.content.decode()


def test_the_preview_saves_nothing(client, chenda):
    update = create_update(create_petition())
    client.post(f"{UPDATES}{update.pk}/preview/", typed(update.petition))
    client.post(f"{UPDATES}preview/", typed(update.petition))

    assert list(Update.objects.values_list("title_en", "slug")) == [("News news", "news")]
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("changes", [
    {},
    {"petition": "", "slug": "", "published_on": "", "is_published": None},
    {"petition": "999", "slug": "No Slug!", "published_on": "tomorrow"},
    dict.fromkeys(("title_km", "title_en", "body_km", "body_en"), ""),
])  # fmt: skip
def test_the_preview_of_a_new_update_wants_no_field_filled_in(client, chenda, changes):
    answer = client.post(f"{UPDATES}preview/", typed(create_petition(), **changes), headers=ENGLISH)

    assert (answer.status_code, list(frames(answer))) == (200, ["km", "en"])


def test_the_preview_names_the_pictures_that_are_not_there(client, chenda):
    update = create_update(create_petition())
    create_picture(update, 2)

    answer = client.post(f"{UPDATES}{update.pk}/preview/", typed(update.petition, body_km="![](1) ![](2) ![](3)"))

    assert answer.context["missing"] == [1, 3]


def test_the_preview_is_not_for_whoever_may_not_change_updates(client):
    update = create_update(create_petition())
    client.force_login(create_staff("bopha"))

    for where in (f"{update.pk}/preview/", "preview/"):
        assert client.post(UPDATES + where, typed(update.petition)).status_code == 404


def test_the_preview_of_no_update_is_not_found_and_takes_no_get(client, chenda):
    update = create_update(create_petition())

    assert client.post(f"{UPDATES}999/preview/", typed(update.petition)).status_code == 404
    assert client.get(f"{UPDATES}{update.pk}/preview/").status_code == 405


def test_the_list_asks_no_more_for_three_than_for_one(client, chenda, django_assert_num_queries):
    petition = create_petition()
    create_update(petition)
    client.get(UPDATES)
    with CaptureQueriesContext(connection) as once:
        client.get(UPDATES)
    for slug in ("two", "three"):
        create_update(petition, slug)
    with django_assert_num_queries(len(once)):
        client.get(UPDATES)


# -- taking away ---------------------------------------------------------------------------------------------------


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
