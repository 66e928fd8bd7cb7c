import base64
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from petition.local import Trouble, keys

NAMES = {
    "SECRET_KEY",
    "INDEX_KEY",
    "MAIL_PUBLIC_KEY",
    "MAIL_PRIVATE_KEY",
    "DELIVERY_PUBLIC_KEY",
    "DELIVERY_PRIVATE_KEY",
    "SIGNING_PUBLIC_KEY",
    "SIGNING_PRIVATE_KEY",
}


def new_key():
    return base64.b64encode(bytes(PrivateKey.generate())).decode()


def public_of(private):
    return base64.b64encode(bytes(PrivateKey(base64.b64decode(private)).public_key)).decode()


def contents(folder):
    return {path.name: path.read_text().strip() for path in (folder / "keys").iterdir()}


def put(folder, name, text):
    (folder / "keys").mkdir(exist_ok=True)
    (folder / "keys" / name).write_text(text)


def test_every_key_is_a_file_for_its_owner_alone(tmp_path):
    keys.ensure(tmp_path)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()}
    assert modes == dict.fromkeys(NAMES, 0o600)
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_public_keys_belong_to_their_private_ones(tmp_path):
    keys.ensure(tmp_path)
    made = contents(tmp_path)
    assert made["MAIL_PUBLIC_KEY"] == public_of(made["MAIL_PRIVATE_KEY"])
    assert made["DELIVERY_PUBLIC_KEY"] == public_of(made["DELIVERY_PRIVATE_KEY"])


def test_keys_differ_from_one_another(tmp_path):
    keys.ensure(tmp_path)
    assert len(set(contents(tmp_path).values())) == len(NAMES)


def test_a_second_time_changes_nothing(tmp_path):
    keys.ensure(tmp_path)
    first = contents(tmp_path)
    keys.ensure(tmp_path)
    assert contents(tmp_path) == first


def test_missing_public_key_is_derived(tmp_path):
    private = new_key()
    put(tmp_path, "MAIL_PRIVATE_KEY", private)
    keys.ensure(tmp_path)
    made = contents(tmp_path)
    assert (made["MAIL_PRIVATE_KEY"], made["MAIL_PUBLIC_KEY"]) == (private, public_of(private))


def test_private_key_that_is_kept_elsewhere_is_not_made_up(tmp_path):
    public = public_of(new_key())
    put(tmp_path, "DELIVERY_PUBLIC_KEY", public)
    keys.ensure(tmp_path)
    assert contents(tmp_path)["DELIVERY_PUBLIC_KEY"] == public
    assert set(contents(tmp_path)) == NAMES - {"DELIVERY_PRIVATE_KEY"}


def test_key_in_the_environment_needs_no_file(tmp_path, monkeypatch):
    private = new_key()
    monkeypatch.setenv("MAIL_PRIVATE_KEY", private)
    monkeypatch.setenv("SECRET_KEY", "of the operator's own")
    keys.ensure(tmp_path)
    assert set(contents(tmp_path)) == NAMES - {"MAIL_PRIVATE_KEY", "SECRET_KEY"}
    assert contents(tmp_path)["MAIL_PUBLIC_KEY"] == public_of(private)


def test_nothing_is_touched_where_the_environment_has_what_is_needed(tmp_path, monkeypatch):
    for name in NAMES:
        monkeypatch.setenv(name, new_key())
    keys.ensure(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_signing_pair_belongs_together(tmp_path):
    keys.ensure(tmp_path)
    made = {name: base64.b64decode(text) for name, text in contents(tmp_path).items() if name.startswith("SIGNING")}
    assert bytes(SigningKey(made["SIGNING_PRIVATE_KEY"]).verify_key) == made["SIGNING_PUBLIC_KEY"]


def test_lost_signing_key_is_made_anew(tmp_path):
    keys.ensure(tmp_path)
    for name in ("SIGNING_PUBLIC_KEY", "SIGNING_PRIVATE_KEY"):
        (tmp_path / "keys" / name).unlink()
    assert keys.missing(tmp_path) == []
    keys.ensure(tmp_path)
    assert set(contents(tmp_path)) == NAMES


def test_empty_file_is_refused_by_its_name(tmp_path):
    put(tmp_path, "INDEX_KEY", "")
    with pytest.raises(Trouble, match=r"keys/INDEX_KEY is empty"):
        keys.ensure(tmp_path)


def test_file_of_other_bytes_is_refused_by_its_name(tmp_path):
    keys.ensure(tmp_path)
    (tmp_path / "keys" / "INDEX_KEY").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Trouble, match=r"keys/INDEX_KEY is no key"):
        keys.ensure(tmp_path)


@pytest.mark.parametrize("text", ["no key", base64.b64encode(b"short").decode(), "ក"])
def test_what_is_no_key_is_refused_by_its_name(tmp_path, text):
    put(tmp_path, "MAIL_PRIVATE_KEY", text)
    with pytest.raises(Trouble, match="MAIL_PRIVATE_KEY is not a key"):
        keys.ensure(tmp_path)


def test_public_key_is_derived_from_the_newest_private_one(tmp_path):
    new, old = new_key(), new_key()
    put(tmp_path, "MAIL_PRIVATE_KEY", f"{new},{old}")
    keys.ensure(tmp_path)
    assert contents(tmp_path)["MAIL_PUBLIC_KEY"] == public_of(new)


def test_new_private_key_stands_before_those_that_are_there(tmp_path):
    keys.ensure(tmp_path)
    before = contents(tmp_path)["MAIL_PRIVATE_KEY"]
    new = new_key()
    keys.add_private(tmp_path, "MAIL", new)
    keys.set_public(tmp_path, "MAIL", public_of(new))
    made = contents(tmp_path)
    assert (made["MAIL_PRIVATE_KEY"], made["MAIL_PUBLIC_KEY"]) == (f"{new},{before}", public_of(new))
    assert stat.S_IMODE((tmp_path / "keys" / "MAIL_PRIVATE_KEY").stat().st_mode) == 0o600


def test_new_private_key_that_is_there_already_is_not_added_twice(tmp_path):
    keys.ensure(tmp_path)
    new = new_key()
    keys.add_private(tmp_path, "MAIL", new)
    before = contents(tmp_path)
    keys.add_private(tmp_path, "MAIL", new)
    assert contents(tmp_path) == before


def test_next_private_key_is_kept_aside_until_it_is_dropped(tmp_path):
    keys.ensure(tmp_path)
    before = contents(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(lambda _: keys.candidate(tmp_path, "MAIL"), range(4)))
    assert contents(tmp_path) == before | {"MAIL_PRIVATE_KEY.new": made.pop()} and not made
    assert stat.S_IMODE((tmp_path / "keys" / "MAIL_PRIVATE_KEY.new").stat().st_mode) == 0o600
    keys.ensure(tmp_path)
    for _ in range(2):
        keys.drop_candidate(tmp_path, "MAIL")
    assert contents(tmp_path) == before


def test_key_of_the_environment_is_not_that_of_its_file(tmp_path, monkeypatch):
    keys.ensure(tmp_path)
    before = keys.is_in_file(tmp_path, "MAIL_PUBLIC_KEY")
    monkeypatch.setenv("MAIL_PUBLIC_KEY", new_key())
    found = [keys.is_in_file(tmp_path, name) for name in ("MAIL_PUBLIC_KEY", "DELIVERY_PUBLIC_KEY", "NO_KEY")]
    assert (before, found) == (True, [False, True, False])


def test_racing_makers_make_one_set(tmp_path):
    def make(_):
        keys.ensure(tmp_path)
        return contents(tmp_path)

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(make, range(8)))
    assert seen == [contents(tmp_path)] * 8


def test_missing_names_what_nothing_leads_to(tmp_path):
    put(tmp_path, "DELIVERY_PRIVATE_KEY", new_key())
    assert keys.missing(tmp_path) == ["INDEX_KEY", "MAIL_PUBLIC_KEY"]
