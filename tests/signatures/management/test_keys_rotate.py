"""`manage.py keys rotate` and `keys register`, as an operator calls them: two people replace a key."""

import base64
import stat

import pytest
from django.contrib.auth.models import User
from nacl.public import PrivateKey

from petition.local import keys as files
from petition.models import Approval, AuditEntry
from signatures import seal
from signatures.models import SealingKey
from tests.people import allowed, create_staff
from tests.signatures.management.test_keys import current, encode, refusal, rotate, run, waiting

pytestmark = pytest.mark.django_db

MAIL = "MAIL_PRIVATE_KEY"


def contents(folder):
    return {path.name: path.read_text().strip() for path in (folder / "keys").iterdir()}


def modes(folder):
    return {stat.S_IMODE(path.stat().st_mode) for path in (folder / "keys").iterdir()}


@pytest.fixture
def old(site):
    """The mail key of a site that has its first keys."""
    run("register", "--if-none")
    return current("MAIL")


@pytest.fixture
def vibol():
    return create_staff("vibol")


# -- the word of another -------------------------------------------------------------------------------------------


def test_rotation_without_a_word_keeps_a_pair_aside_and_says_where_to_ask(old, vibol, settings, tmp_path):
    before = contents(tmp_path)
    said = refusal("rotate", "mail", "--by", "vibol")
    assert said == (
        f"Two people replace the key for mail. The new one is {waiting('mail')}: vibol asks for it at\n"
        f"{settings.SITE_URL}/admin/petition/approval/ask/?kind=rotate_key&target=mail_key:{waiting('mail')}\n"
        "and another person allows it. Then run this once more, within 24 hours, with --by vibol."
    )
    after = contents(tmp_path)
    assert after.pop(f"{MAIL}.new") not in said
    assert (after, modes(tmp_path), SealingKey.objects.get(purpose="mail").fingerprint) == (before, {0o600}, old)


def test_who_is_not_named_is_told_to_be(old):
    said = refusal("rotate", "mail")
    assert f"The new one is {waiting('mail')}: one of the staff asks for it at\n" in said
    assert said.endswith("with --by and the name of who has asked.")


def test_pair_that_waits_is_the_same_at_each_call(old, vibol, tmp_path):
    refusal("rotate", "mail")
    kept = contents(tmp_path)
    refusal("rotate", "mail", "--by", "vibol")
    assert contents(tmp_path) == kept


def test_page_is_on_the_host_of_the_staff(old, settings):
    settings.SITE_URL, settings.ADMIN_HOST = "https://example.org", "staff.example.org"
    assert "\nhttps://staff.example.org/admin/petition/approval/ask/?kind=rotate_key&" in refusal("rotate", "mail")


def test_one_asks_on_the_page_another_allows_and_the_key_is_replaced(old, vibol, client, settings):
    chief = User.objects.create_superuser("chief")
    page = refusal("rotate", "mail", "--by", "vibol").splitlines()[1].removeprefix(settings.SITE_URL)
    client.force_login(vibol)
    assert waiting("mail") in client.get(page).content.decode()
    client.post(page, {"why": "The old one was copied."})
    assert refusal("rotate", "mail", "--by", "vibol").startswith("Two people")
    client.force_login(chief)
    client.post(f"/admin/petition/approval/{Approval.objects.get().pk}/allow/")
    new = waiting("mail")
    assert run("rotate", "mail", "--by", "vibol")[0].startswith(f"{new} is the current key for mail. Restart the site")
    entry = AuditEntry.objects.filter(act="register_key").latest("id")
    assert (entry.by, entry.detail["retired"], Approval.objects.get().state) == ("vibol", old, "used")


@pytest.mark.parametrize("name", ["nobody", "chenda"])
def test_who_may_not_replace_a_key_is_refused_before_a_pair_is_made(old, tmp_path, name):
    create_staff("chenda")
    assert refusal("rotate", "mail", "--by", name) == (
        f"There is nobody among the staff called {name} who has the right to register a new key."
    )
    assert f"{MAIL}.new" not in contents(tmp_path)


def test_word_for_who_asked_is_no_word_for_another(old, vibol):
    allowed("rotate_key", f"mail_key:{waiting('mail')}", vibol)
    assert refusal("rotate", "mail").startswith("Two people")
    assert refusal("rotate", "mail", "--by", "second").startswith("Two people")


def test_key_of_the_settings_replaces_another_by_two_people(old, vibol, settings):
    new = PrivateKey.generate().public_key
    settings.MAIL_PUBLIC_KEY = encode(new)
    fingerprint = seal.fingerprint_of(new)
    assert f"&target=mail_key:{fingerprint}\n" in refusal("register", "mail", "--by", "vibol")
    allowed("rotate_key", f"mail_key:{fingerprint}", vibol)
    assert run("register", "mail", "--by", "vibol") == [f"{fingerprint} is the current key for mail."]


def test_first_key_needs_nobodys_word(site):
    assert run("rotate", "mail")[0].endswith("and the old key opens what was sealed before.")
    assert AuditEntry.objects.get().by == "system"


# -- the files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("purpose", ["mail", "delivery"])
def test_rotation_puts_a_new_key_before_the_old_one(site, settings, tmp_path, purpose):
    run("register", "--if-none")
    private = f"{purpose.upper()}_PRIVATE_KEY"
    before, old = getattr(settings, private), current(purpose.upper())
    rotate(purpose)
    site()
    assert list(seal.private_keys(private)) == [current(purpose.upper()), old]
    assert getattr(settings, private).endswith(f",{before}")
    assert f"{private}.new" not in contents(tmp_path)
    assert (modes(tmp_path), run()[-1]) == ({0o600}, "The keys fit.")


def test_rotation_to_a_key_that_was_made_elsewhere(old, site, vibol, tmp_path):
    (tmp_path / "keys" / "DELIVERY_PRIVATE_KEY").unlink()
    new = PrivateKey.generate().public_key
    command = ("rotate", "delivery", "--public", encode(new), "--by", "vibol")
    assert f"&target=delivery_key:{seal.fingerprint_of(new)}\n" in refusal(*command)
    allowed("rotate_key", f"delivery_key:{seal.fingerprint_of(new)}", vibol)
    run(*command)
    site()
    assert current("DELIVERY") == seal.fingerprint_of(new)
    assert [name for name in contents(tmp_path) if name.startswith("DELIVERY")] == ["DELIVERY_PUBLIC_KEY"]


@pytest.mark.parametrize("steps", [1, 2])
def test_rotation_that_was_killed_before_it_was_registered_is_done_by_the_next(old, site, vibol, tmp_path, steps):
    before, new = contents(tmp_path)[MAIL], waiting("mail")
    private = files.candidate(tmp_path, "MAIL")
    allowed("rotate_key", f"mail_key:{new}", vibol)
    files.add_private(tmp_path, "MAIL", private)
    if steps == 2:
        files.set_public(tmp_path, "MAIL", encode(PrivateKey(base64.b64decode(private)).public_key))
    else:
        site()
        assert (current("MAIL"), run()[-1]) == (old, "The keys fit.")
    run("rotate", "mail", "--by", "vibol")
    site()
    assert (current("MAIL"), contents(tmp_path)[MAIL]) == (new, f"{private},{before}")
    assert f"{MAIL}.new" not in contents(tmp_path)


def test_rotation_that_was_killed_after_it_was_registered_is_done_by_the_next(old, site, tmp_path):
    private = files.candidate(tmp_path, "MAIL")
    rotate("mail")
    done = contents(tmp_path)
    (tmp_path / "keys" / f"{MAIL}.new").write_text(private)
    run("rotate", "mail", "--by", "vibol")
    assert (contents(tmp_path), SealingKey.objects.filter(purpose="mail").count()) == (done, 2)


def test_file_of_the_key_that_waits_is_named_where_it_is_broken(old, tmp_path):
    path = tmp_path / "keys" / f"{MAIL}.new"
    path.write_text("")
    assert refusal("rotate", "mail").startswith(f"{path} is empty: ")
    path.write_text("no key")
    assert refusal("rotate", "mail") == f"{MAIL}.new is not base64."


def test_no_private_key_is_made_where_none_is_kept(site, tmp_path):
    (tmp_path / "keys" / "DELIVERY_PRIVATE_KEY").unlink()
    assert refusal("rotate", "delivery") == (
        "DELIVERY_PRIVATE_KEY is not kept here: make a pair where it is, with `manage.py keys --new delivery`, and "
        "give its public key here with --public."
    )


def test_key_of_the_environment_is_changed_there(site, monkeypatch):
    monkeypatch.setenv("MAIL_PUBLIC_KEY", encode(PrivateKey.generate().public_key))
    assert refusal("rotate", "mail").startswith("MAIL_PUBLIC_KEY is set in the environment, so it is changed there: ")
    assert not SealingKey.objects.exists()


def test_rotation_that_is_refused_leaves_the_files(site, tmp_path):
    run("register", "--if-none")
    before = {path.name: path.read_text() for path in (tmp_path / "keys").iterdir()}
    taken = (tmp_path / "keys" / "DELIVERY_PUBLIC_KEY").read_text().strip()
    assert refusal("rotate", "mail", "--public", taken) == (
        f"The key {current('DELIVERY')} is registered for delivery: make another pair."
    )
    assert {path.name: path.read_text() for path in (tmp_path / "keys").iterdir()} == before


def test_what_is_no_key_is_not_rotated_to(site):
    assert refusal("rotate", "mail", "--public", "c2hvcnQ=") == "--public holds 5 bytes, not 32."
