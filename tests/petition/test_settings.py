"""A setting that cannot be meant is refused by its name, and a password in it is not repeated."""

import os
import subprocess
import sys

import pytest

from petition.local import ROOT


def refusal(var_dir, **settings):
    code = (
        "from django.core.exceptions import ImproperlyConfigured\n"
        "try:\n    import petition.settings\n"
        "except ImproperlyConfigured as refused:\n    print(refused)"
    )
    env = {"PATH": os.environ["PATH"], "VAR_DIR": str(var_dir)} | settings
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.parametrize("name", ["POOL_SIZE", "PAGE_CACHE_SECONDS", "ANSWER_STEP"])
@pytest.mark.parametrize("value", ["x", "-1", "1.5", "៥"])
def test_number_that_is_none_is_refused_by_its_name(tmp_path, name, value):
    assert refusal(tmp_path, **{name: value}) == f"{name} is {value!r}, but must be a whole number, 0 or more"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SITE_URL", "http://["),
        ("DATABASE_URL", "postgres://a:verysecret@b:port/x"),
        ("CACHE_URL", "verysecret"),
        ("CACHE_URL", "dbcache://verysecret"),
        ("EMAIL_URL", "verysecret"),
        ("EMAIL_URL", "smtp://a:verysecret@b:port"),
    ],
)
def test_address_that_can_not_be_read_is_refused_by_its_name_alone(tmp_path, name, value):
    said = refusal(tmp_path, **{name: value})
    assert said.startswith(f"{name} cannot be read: it must have the form ")
    assert "verysecret" not in said
    assert "\n" not in said


def test_settings_of_the_readme_are_taken(tmp_path):
    taken = {
        "SITE_URL": "https://example.org",
        "DATABASE_URL": "postgres://user:password@host:5432/name",
        "CACHE_URL": "redis://127.0.0.1:6379/0",
        "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
        "POOL_SIZE": "0",
        "PAGE_CACHE_SECONDS": "0",
    }
    assert refusal(tmp_path, **taken) == ""


@pytest.mark.parametrize("value", ["dns.example.org", "192.0.2.1#x", "", "#53"])
def test_name_server_that_is_none_is_refused_by_its_name(tmp_path, value):
    assert refusal(tmp_path, NAME_SERVER=value).startswith(f"NAME_SERVER is {value!r}, but must be system, none, or")


@pytest.mark.parametrize("value", ["system", "none", "192.0.2.1", "192.0.2.1#5353", "2001:db8::1#53"])
def test_name_server_is_taken(tmp_path, value):
    assert refusal(tmp_path, NAME_SERVER=value) == ""


def test_site_behind_https_has_nothing_left_to_check_before_it_is_deployed():
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    env = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    env["SITE_URL"] = "https://example.org"
    run = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert (run.returncode, run.stdout.strip()) == (0, "System check identified no issues (1 silenced)."), run.stderr
