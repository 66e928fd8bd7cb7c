"""`manage.py keys`, as an operator calls it: which keys seal, whether they open, and shares on paper."""

import base64
import io
import stat

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from petition.local import keys as files
from signatures import seal
from signatures.models import SealingKey, Signature
from tests.people import DARA, SOKHA, allowed, create_petition, create_staff, signed

pytestmark = pytest.mark.django_db


SIGNS = seal.ssh_fingerprint(base64.b64decode(settings.SIGNING_PUBLIC_KEY))
SIGNING = f"signing   {SIGNS} signs deliveries; private key at hand"


def run(*arguments):
    out = io.StringIO()
    call_command("keys", *map(str, arguments), stdout=out)
    return out.getvalue().splitlines()


def refusal(*arguments):
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    return str(refused.value)


def encode(raw):
    return base64.b64encode(bytes(raw)).decode()


def current(purpose):
    return seal.fingerprint_of(seal.public_key(f"{purpose}_PUBLIC_KEY"))


def waiting(purpose):
    """The fingerprint of the key that waits to be the next one."""
    private = files.candidate(settings.VAR_DIR, purpose.upper())
    return seal.fingerprint_of(PrivateKey(base64.b64decode(private)).public_key)


def rotate(purpose):
    """As vibol, whom another person has allowed it."""
    allowed("rotate_key", f"{purpose}_key:{waiting(purpose)}", create_staff("vibol"))
    return run("rotate", purpose, "--by", "vibol")


# -- list and check ------------------------------------------------------------------------------------------------


def test_first_keys_are_registered_once(site):
    assert run("register", "--if-none") == [
        f"{current('MAIL')} is the current key for mail.",
        f"{current('DELIVERY')} is the current key for delivery.",
    ]
    assert run("register", "--if-none") == []


def test_another_key_is_not_registered_where_there_is_one(site, settings):
    run("register", "--if-none")
    settings.MAIL_PUBLIC_KEY = encode(PrivateKey.generate().public_key)
    assert run("register", "--if-none") == []


def test_list_tells_state_and_rows_of_each_key(site):
    run("register", "--if-none")
    old = current("MAIL")
    petition = create_petition()
    signed(petition, SOKHA)
    rotate("mail")
    site()
    signed(petition, DARA)
    days = {key.fingerprint: key.since for key in SealingKey.objects.all()}
    new, delivery = current("MAIL"), current("DELIVERY")
    assert run("list") == [
        f"delivery  {delivery}  current since {days[delivery]:%Y-%m-%d}; boxes: 2; private key at hand",
        f"mail      {new}  current since {days[new]:%Y-%m-%d}; boxes: 1; private key at hand",
        f"mail      {old}  retired on {days[new]:%Y-%m-%d}; boxes that still need it: 1; private key at hand",
        SIGNING,
    ]


def test_list_tells_when_an_old_key_is_needed_no_more(site):
    run("register", "--if-none")
    rotate("mail")
    site()
    assert run("list")[2].endswith("no stored box needs it any more; private key at hand")


def test_list_names_keys_that_nobody_registered(site, settings):
    signed(create_petition(), SOKHA)
    settings.DELIVERY_PRIVATE_KEY = ""
    assert sorted(run("list")) == [
        f"delivery  {current('DELIVERY')}  not registered; boxes: 1; private key not at hand",
        f"mail      {current('MAIL')}  not registered; boxes: 1; private key at hand",
        SIGNING,
    ]


def test_check_opens_stored_boxes_and_says_only_whether_it_could(site):
    signed(create_petition(), SOKHA)
    assert sorted(run("check")) == [
        f"delivery  {current('DELIVERY')}  boxes: 1; ok",
        f"mail      {current('MAIL')}  boxes: 1; ok",
    ]


def test_check_passes_over_a_key_that_is_kept_elsewhere(site, settings):
    signed(create_petition(), SOKHA)
    settings.DELIVERY_PRIVATE_KEY = ""
    assert f"delivery  {current('DELIVERY')}  boxes: 1; private key not at hand" in run("check")


def test_check_tries_the_key_of_a_file(site, settings, tmp_path):
    signed(create_petition(), SOKHA)
    (tmp_path / "key").write_text(settings.DELIVERY_PRIVATE_KEY)
    settings.DELIVERY_PRIVATE_KEY = ""
    assert f"delivery  {current('DELIVERY')}  boxes: 1; ok" in run("check", "--key", tmp_path / "key")


def test_check_fails_where_a_box_does_not_open(site, capsys):
    row = signed(create_petition(), SOKHA)
    sealed = bytearray(row.sealed_email)
    sealed[-1] ^= 1
    Signature.objects.filter(pk=row.pk).update(sealed_email=bytes(sealed))
    with pytest.raises(CommandError) as refused:
        call_command("keys", "check")
    assert str(refused.value) == "A key does not open what is stored under it."
    assert "NOT OK: boxes that are said to be of this key do not open" in capsys.readouterr().out


def test_check_opens_boxes_from_before_they_named_their_key(site):
    row = signed(create_petition(), SOKHA)
    Signature.objects.filter(pk=row.pk).update(sealed_email=bytes(row.sealed_email)[seal.LABEL_BYTES :])
    assert "mail      -                 boxes: 1; ok" in run("check")


# -- shares --------------------------------------------------------------------------------------------------------


def test_key_goes_onto_five_sheets_and_comes_back_from_three(site, settings, tmp_path):
    *written, said = run("split", "--out", tmp_path / "sheets")
    assert said.startswith(f"Any 3 of these 5 join to the delivery key {current('DELIVERY')}.")
    assert len(written) == 5
    assert {stat.S_IMODE((tmp_path / "sheets" / path).stat().st_mode) for path in written} == {0o600}
    out = tmp_path / "joined"
    assert run("join", written[4], written[0], written[2], "--out", out) == [
        f"The delivery key {current('DELIVERY')} is in {out}."
    ]
    assert out.read_text() == f"DELIVERY_PRIVATE_KEY={settings.DELIVERY_PRIVATE_KEY}\n"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_shares_are_read_from_standard_input_where_no_file_is_named(site, tmp_path, monkeypatch):
    *written, _said = run("split", "--out", tmp_path)
    typed = "".join((tmp_path / path).read_text() for path in written[1:4])
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert run("join", "--out", tmp_path / "joined")[0].startswith(f"The delivery key {current('DELIVERY')} is in ")


def test_neither_key_nor_words_are_said(site, settings, tmp_path):
    said = "\n".join(run("split", "--out", tmp_path))
    words = (tmp_path / f"delivery-{current('DELIVERY')}-share-1.txt").read_text().split()
    assert [word for word in words[-30:] if len(word) > 7 and word in said] == []
    assert settings.DELIVERY_PRIVATE_KEY not in said


def test_two_sheets_are_too_few_and_write_nothing(site, tmp_path):
    *written, _said = run("split", "--out", tmp_path)
    assert refusal("join", *written[:2], "--out", tmp_path / "joined") == (
        "3 different shares are needed, and here are 2."
    )
    assert not (tmp_path / "joined").exists()


def test_sheet_that_is_not_there_is_named(tmp_path):
    assert refusal("join", tmp_path / "none", "--out", tmp_path / "joined") == (
        f"There is no readable share at {tmp_path / 'none'}."
    )


def test_nothing_is_written_over(site, tmp_path):
    *written, _said = run("split", "--out", tmp_path)
    (tmp_path / "joined").write_text("the only copy")
    assert refusal("split", "--out", tmp_path) == f"{written[0]} is there already: name another folder."
    assert refusal("join", *written[:3], "--out", tmp_path / "joined") == (
        f"{tmp_path / 'joined'} is there already: name another file."
    )
    assert (tmp_path / "joined").read_text() == "the only copy"


def test_of_several_keys_the_newest_is_split(site, tmp_path):
    pair = [PrivateKey.generate() for _ in range(2)]
    (tmp_path / "key").write_text("\n".join(map(encode, pair)))
    said = run("split", "--key", tmp_path / "key", "--out", tmp_path)[-1]
    assert seal.fingerprint_of(pair[0].public_key) in said


def test_without_the_key_there_is_nothing_to_split(site, settings, tmp_path):
    settings.DELIVERY_PRIVATE_KEY = ""
    assert refusal("split", "--out", tmp_path) == "DELIVERY_PRIVATE_KEY is not set: give the key with --key."


# -- the key that signs --------------------------------------------------------------------------------------------


def test_new_signing_pair_is_one(site):
    public, private = (line.partition("=")[2] for line in run("--new", "signing"))
    assert bytes(SigningKey(base64.b64decode(private)).verify_key) == base64.b64decode(public)


def test_signing_key_is_listed_by_the_fingerprint_that_openssh_shows(site):
    assert run("list") == [SIGNING]


def test_signing_key_of_another_pair_is_found(site, settings):
    settings.SIGNING_PRIVATE_KEY = encode(bytes(32))
    assert "SIGNING_PRIVATE_KEY does not belong to SIGNING_PUBLIC_KEY" in refusal("check")
    assert "SIGNING_PRIVATE_KEY does not belong to SIGNING_PUBLIC_KEY" in refusal()


def test_site_without_a_signing_key_is_right(site, settings):
    settings.SIGNING_PUBLIC_KEY = settings.SIGNING_PRIVATE_KEY = ""
    assert run()[-1] == "The keys fit."
