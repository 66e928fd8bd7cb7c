"""Pictures in the form of an update: sent, described, replaced, taken away."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from petition.models import AuditEntry, UpdatePicture
from tests.people import create_petition, create_picture, create_staff, create_update, photo

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def update():
    return create_update(create_petition(), "news")


@pytest.fixture
def chenda(client):
    user = create_staff("chenda")
    client.force_login(user)
    return user


def upload(content=None, name="photo.jpg"):
    return SimpleUploadedFile(name, photo() if content is None else content, "image/jpeg")


def row(picture=None, **changes):
    fields = {"alt_km": "ទន្លេ", "alt_en": "A river", "id": picture.pk if picture else ""}
    return fields | changes


@pytest.fixture
def send(client, update, django_capture_on_commit_callbacks):
    """Sends the form of the update as it stands, with these rows of pictures."""

    def sending(*rows, **changes):
        names = ("title_km", "title_en", "body_km", "body_en", "published_on", "slug", "byline")
        sent = {name: getattr(update, name) for name in names} | {"petition": update.petition_id, "is_published": "on"}
        sent |= {"pictures-TOTAL_FORMS": len(rows), "pictures-INITIAL_FORMS": sum(bool(each["id"]) for each in rows)}
        for i, each in enumerate(rows):
            sent |= {f"pictures-{i}-{name}": value for name, value in (each | {"update": update.pk}).items()}
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(f"/admin/petition/update/{update.pk}/change/", sent | changes, headers=ENGLISH)

    return sending


def form_errors(answer):
    formset = answer.context["inline_admin_formsets"][0].formset
    return [{name: list(texts) for name, texts in form.errors.items()} for form in formset.forms]


def stored():
    return sorted(default_storage.listdir("")[1]) if default_storage.exists("") else []


def test_pictures_are_kept_and_numbered_in_their_order(client, chenda, update, send):
    answer = send(row(upload=upload()), row(upload=upload(photo(500)), credit="Sok Chan"))

    assert answer.status_code == 302
    first, second = update.pictures.all()
    assert (first.number, first.width, first.height, first.alt_en) == (1, 1200, 800, "A river")
    assert (second.number, second.width, second.credit) == (2, 500, "Sok Chan")
    assert stored() == sorted([*first.files.values(), *second.files.values()])


def test_the_next_picture_gets_the_next_number(client, chenda, update, send):
    one, three = create_picture(update, 1), create_picture(update, 3, sent=photo(500))

    send(row(one), row(three), row(upload=upload(photo(600))))

    assert [picture.number for picture in update.pictures.all()] == [1, 3, 4]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "This is no picture that can be read. Take a JPEG, PNG or WebP file.",
        ),
        (b"", "The submitted file is empty."),
    ],
)
def test_a_file_that_is_no_picture_is_refused_in_a_sentence(client, chenda, update, content, sentence, send):
    answer = send(row(upload=upload(content, "picture.svg")))

    assert form_errors(answer) == [{"upload": [sentence]}]
    assert (UpdatePicture.objects.exists(), stored()) == (False, [])


def test_a_row_without_a_file_is_refused(client, chenda, update, send):
    assert form_errors(send(row())) == [{"upload": ["Choose a picture."]}]


@pytest.mark.parametrize("missing", ["alt_km", "alt_en"])
def test_a_picture_is_described_in_both_languages(client, chenda, update, missing, send):
    answer = send(row(upload=upload(), **{missing: ""}))

    assert form_errors(answer) == [{missing: ["Describe the picture for those who cannot see it."]}]


def test_a_picture_of_an_update_in_one_language_is_described_in_that(client, chenda, update, send):
    only_khmer = {"title_en": "", "body_en": "", "in_one_language": "on"}

    refused = send(row(upload=upload(), alt_km=""), **only_khmer)
    taken = send(row(upload=upload(), alt_en=""), **only_khmer)

    assert form_errors(refused) == [{"alt_km": ["Describe the picture for those who cannot see it."]}]
    assert (taken.status_code, update.pictures.get().alt_en) == (302, "")


def test_a_second_language_wants_its_description(client, chenda, update, send):
    picture = create_picture(update, alt_en="")

    answer = send(row(picture, alt_en=""))

    assert form_errors(answer) == [{"alt_en": ["Describe the picture for those who cannot see it."]}]


def test_a_replaced_picture_keeps_its_number_and_the_old_file_goes(client, chenda, update, send):
    picture = create_picture(update)
    old = picture.digest

    send(row(picture, upload=upload(photo(700))))

    picture.refresh_from_db()
    assert (picture.number, picture.width, picture.digest == old) == (1, 700, False)
    assert stored() == sorted(picture.files.values())


def test_a_picture_taken_away_is_gone_from_the_disk(client, chenda, update, send):
    picture = create_picture(update)

    send(row(picture, DELETE="on"))

    assert (UpdatePicture.objects.exists(), stored()) == (False, [])
    assert client.get(f"/media/{picture.files[800]}").status_code == 404


def test_a_deleted_update_takes_its_files_along(client, update, django_capture_on_commit_callbacks):
    client.force_login(create_staff("vibol"))
    create_picture(update)

    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"/admin/petition/update/{update.pk}/delete/", {"post": "yes"}).status_code == 302

    assert stored() == []


def test_a_refused_form_leaves_the_files_as_they_were(client, chenda, update, send):
    picture = create_picture(update)

    send(row(picture, upload=upload(photo(700))), title_km="")

    assert stored() == sorted(picture.files.values())


def test_a_new_picture_is_an_edit_and_leaves_its_names_in_the_trail(client, chenda, update, send):
    send(row(upload=upload()))

    update.refresh_from_db()
    assert update.edited_at is not None
    picture = update.pictures.get()
    assert AuditEntry.objects.get(act="change").detail == {"added": [f"petition.updatepicture:{picture.pk}"]}


def test_the_form_shows_the_picture_and_how_a_text_names_it(client, chenda, update):
    picture = create_picture(update)

    page = client.get(f"/admin/petition/update/{update.pk}/change/", headers=ENGLISH).content.decode()

    assert picture.files[800] in page and "<code>![](1)</code>" in page


def test_who_may_only_look_sends_no_picture(client, update, send):
    client.force_login(create_staff("bopha"))

    assert send(row(upload=upload())).status_code == 403
    assert stored() == []
