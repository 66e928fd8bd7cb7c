"""Pictures of updates, and no other file, whoever asks and however."""

import pytest
from django.core.files.storage import default_storage

from petition.models import Petition
from tests.people import create_petition, create_picture, create_update, photo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "secret.webp").write_bytes(b"secret")


@pytest.fixture
def picture():
    return create_picture(create_update(create_petition()))


@pytest.mark.parametrize("width", [800, 1200])
def test_picture_is_handed_out_for_ever(client, picture, width):
    answer = client.get(f"/media/{picture.files[width]}")
    assert answer.content == default_storage.open(picture.files[width]).read()
    assert [answer.headers[name] for name in ("Content-Type", "Cache-Control", "X-Content-Type-Options")] == [
        "image/webp",
        "public, max-age=31536000, immutable",
        "nosniff",
    ]
    assert answer.cookies == {}


def test_picture_has_no_body_for_head_and_takes_no_post(client, picture):
    where = f"/media/{picture.files[800]}"
    assert (client.head(where).content, client.head(where).status_code, client.post(where).status_code) == (
        b"",
        200,
        405,
    )


@pytest.mark.parametrize(
    "name",
    [
        *("", "..", ".", "../secret.webp", "..%2fsecret.webp", "%2e%2e/secret.webp", "%2e%2e%2fsecret.webp"),
        *("..\\secret.webp", "/etc/passwd", "%2fetc%2fpasswd", "....//secret.webp", "secret.webp", "notes.txt", "%00"),
        *(
            "{digest}",
            "{digest}-800",
            "{digest}-800.jpg",
            "{digest}-0800.webp",
            "{digest}-1600.webp",
            "{upper}-800.webp",
        ),
        *("{digest}-800.webp%00", "{digest}-800.webp/", "{digest}-800.webp/..", "{digest}-800.webp%0a"),
        *("x/../{digest}-800.webp", "{digest}-800.webp/../../secret.webp", "{digest}-८००.webp"),
    ],
)
def test_nothing_else_is_read(client, picture, name):
    with open(default_storage.path("notes.txt"), "w") as file:
        file.write("of somebody else")
    where = "/media/" + name.format(digest=picture.digest, upper=picture.digest.upper())
    answer = client.get(where)
    assert answer.status_code == 404
    assert b"secret" not in answer.content and b"somebody else" not in answer.content


def test_file_without_a_picture_in_an_update_is_not_read(client, picture):
    picture.delete()
    assert client.get(f"/media/{picture.files[800]}").status_code == 404


def test_picture_of_a_petition_that_was_taken_down_is_gone_but_from_others(client, picture):
    where = f"/media/{picture.files[800]}"
    Petition.objects.update(state="removed")
    gone = client.get(where)
    assert (gone.status_code, gone.headers["Cache-Control"]) == (410, "no-cache")
    create_picture(create_update(create_petition("water")))
    assert client.get(where).status_code == 200


def test_picture_without_its_file_is_not_found(client, picture):
    default_storage.delete(picture.files[800])
    assert client.get(f"/media/{picture.files[800]}").status_code == 404


def test_picture_in_two_updates_is_one_file(client, picture):
    create_picture(create_update(picture.update.petition, "another"), sent=photo())
    assert client.get(f"/media/{picture.files[800]}").status_code == 200
    assert sorted(default_storage.listdir("")[1]) == sorted(picture.files.values())
