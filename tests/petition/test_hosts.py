"""The staff's rooms under a host name of their own, and processes without them."""

import os
import subprocess
import sys

import pytest
from django.test import Client

from petition.local import ROOT
from tests.people import create_petition, create_staff
from tests.petition.test_settings import refusal
from tests.staff import StaffClient

pytestmark = pytest.mark.django_db

STAFF = "staff.example.org"


@pytest.fixture
def apart(settings):
    settings.ADMIN_HOST = STAFF
    settings.ALLOWED_HOSTS = ["testserver", STAFF]
    settings.SITE_URL = "https://example.org"


def get(path, host=STAFF, **options):
    return Client().get(path, SERVER_NAME=host, **options)


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/admin/jsi18n/", "/admin/language/setlang/"])
def test_the_rooms_are_not_there_under_the_public_name(apart, path):
    assert get(path, "testserver").status_code == 404
    assert Client().post(path, SERVER_NAME="testserver").status_code == 404


def test_a_session_opens_no_room_under_the_public_name(apart):
    client = StaffClient()
    client.force_login(create_staff("vibol"))

    assert client.get("/admin/", SERVER_NAME=STAFF).status_code == 200
    assert client.get("/admin/", SERVER_NAME="testserver").status_code == 404


def test_the_public_pages_are_as_ever_under_their_name(apart):
    create_petition()
    for path in ("/km/", "/en/petitions/peace/", "/robots.txt", "/healthz"):
        assert get(path, "testserver").status_code == 200
    assert "Disallow: /admin/" in get("/robots.txt", "testserver").content.decode()


def test_the_name_of_the_staff_has_the_rooms_alone(apart):
    assert get("/").headers["Location"] == "/admin/"
    assert get("/admin/login/").status_code == 200
    assert get("/healthz").status_code == 200


def test_the_name_is_the_same_in_capitals_and_with_a_port(apart):
    assert get("/admin/login/", STAFF.upper()).status_code == 200
    assert Client().get("/admin/login/", headers={"host": f"{STAFF}:8443"}).status_code == 200


def test_a_link_from_the_rooms_to_a_public_page_leads_to_the_public_name(apart):
    create_petition()
    assert get("/km/petitions/peace/?x=1").headers["Location"] == "https://example.org/km/petitions/peace/?x=1"


def test_nothing_is_taken_in_under_the_name_of_the_staff(apart):
    create_petition()
    answer = Client().post("/km/petitions/peace/sign/", {"name": "x"}, SERVER_NAME=STAFF)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("https://example.org/")


def test_a_room_links_to_public_pages_without_fault(apart):
    client = StaffClient()
    client.force_login(create_staff("vibol"))
    petition = create_petition()

    page = client.get(f"/admin/petition/petition/{petition.pk}/change/", SERVER_NAME=STAFF)

    assert page.status_code == 200


def run(code, **settings):
    env = {"PATH": os.environ["PATH"], "VAR_DIR": os.environ["VAR_DIR"], "DATABASE_URL": os.environ["DATABASE_URL"]}
    set_up = "import django; from django.conf import settings; django.setup()\n"
    done = subprocess.run(
        [sys.executable, "-c", set_up + code],
        cwd=ROOT,
        env=env | {"DJANGO_SETTINGS_MODULE": "petition.settings"} | settings,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


WITHOUT = """
from django.test import RequestFactory
from django.urls import resolve, reverse, Resolver404, NoReverseMatch
def found(path):
    try: return resolve(path).url_name
    except Resolver404: return None
print(found("/admin/"), found("/admin/login/"), found("/admin/language/setlang/"), found("/km/"), found("/robots.txt"))
"""


def test_a_process_without_the_rooms_has_no_address_of_them():
    assert run(WITHOUT, ADMIN="0") == "None None None home robots"
    assert run(WITHOUT) == "index login set_language home robots"


def test_cookies_are_bound_to_their_host_where_the_site_has_https():
    code = (
        "from petition import devices\n"
        "print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, devices.COOKIE, settings.SESSION_COOKIE_SECURE,"
        " settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE, settings.SESSION_COOKIE_PATH)"
    )
    names = "__Host-staff_session __Host-csrftoken __Host-staff_browser"
    assert run(code, SITE_URL="https://example.org") == f"{names} True True Lax /"
    assert run(code) == "staff_session csrftoken staff_browser False True Lax /"


@pytest.mark.parametrize("host", ["example.org", "https://staff.example.org", "staff.example.org:8000", "a b"])
def test_a_host_that_can_not_be_meant_is_refused_by_name(tmp_path, host):
    said = refusal(tmp_path, SITE_URL="https://example.org", ADMIN_HOST=host)
    assert said.startswith(f"ADMIN_HOST is {host!r}, but must be a host name")
