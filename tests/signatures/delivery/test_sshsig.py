"""What is signed, against another program's reading of OpenSSH's form."""

import base64
import hashlib

import pytest
from nacl.signing import SigningKey
from sshsig import InvalidSignature, check_signature

from signatures import seal
from signatures.delivery import signed, sshsig

KEY = SigningKey(bytes(range(32)))
PUBLIC = bytes(KEY.verify_key)
MESSAGE = b"one million names\n" * 100


def blob(public):
    return base64.b64decode(sshsig.allowed_signers(sshsig.Allowed("a@b", public)).split()[3])


def test_another_program_finds_the_signature_good():
    found = check_signature(MESSAGE, sshsig.sign(MESSAGE, KEY), "hatthalekha")
    assert found.openssh_str().split()[1] == base64.b64encode(blob(PUBLIC)).decode()


@pytest.mark.parametrize(("message", "namespace"), [(MESSAGE + b".", "hatthalekha"), (MESSAGE, "git")])
def test_another_program_finds_it_bad_for_anything_else(message, namespace):
    with pytest.raises(InvalidSignature):
        check_signature(message, sshsig.sign(MESSAGE, KEY), namespace)


def test_same_text_and_key_give_the_same_signature():
    assert sshsig.sign(MESSAGE, KEY) == sshsig.sign(MESSAGE, SigningKey(bytes(range(32))))


def test_fingerprint_is_that_of_openssh():
    digest = base64.b64encode(hashlib.sha256(blob(PUBLIC)).digest()).decode()
    assert seal.ssh_fingerprint(PUBLIC) == f"SHA256:{digest.rstrip('=')}"


def test_own_check_takes_what_it_signed():
    sshsig.check(MESSAGE, sshsig.sign(MESSAGE, KEY), PUBLIC)


def test_every_changed_bit_is_found():
    armored = sshsig.sign(MESSAGE, KEY)
    body = base64.b64decode(b"".join(armored.splitlines()[1:-1]))
    for at in range(0, len(body), 7):
        changed = bytearray(body)
        changed[at] ^= 1
        text = base64.b64encode(changed)
        lines = b"\n".join(text[i : i + 70] for i in range(0, len(text), 70))
        with pytest.raises(sshsig.SignatureFault):
            sshsig.check(MESSAGE, armored.replace(b"\n".join(armored.splitlines()[1:-1]), lines), PUBLIC)


@pytest.mark.parametrize("text", [b"", b"\xff", b"-----BEGIN SSH SIGNATURE-----\n====\n-----END SSH SIGNATURE-----\n"])
def test_what_is_no_signature_is_refused(text):
    with pytest.raises(sshsig.SignatureFault):
        sshsig.check(MESSAGE, text, PUBLIC)


def test_allowed_signers_are_read_back():
    allowed = sshsig.Allowed("committee@example.org", PUBLIC)
    assert sshsig.read_allowed(sshsig.allowed_signers(allowed)) == allowed


@pytest.mark.parametrize(
    "change", [(b"ssh-ed25519", b"ssh-rsa"), (b"AAAAC3", b"AAAAD3"), (b"hatthalekha", b"git"), (b"\n", b"")]
)
def test_allowed_signers_of_another_form_are_refused(change):
    content = sshsig.allowed_signers(sshsig.Allowed("committee@example.org", PUBLIC))
    with pytest.raises(sshsig.SignatureFault):
        sshsig.read_allowed(content.replace(*change))


# -- whose key -----------------------------------------------------------------------------------------------------


def test_key_file_may_hold_the_signing_key_beside_the_delivery_key(tmp_path, settings):
    settings.SIGNING_PRIVATE_KEY = ""
    path = tmp_path / "keys"
    delivery, signing = base64.b64encode(bytes(32)).decode(), base64.b64encode(bytes(KEY)).decode()
    path.write_text(f"{delivery}\nSIGNING_PRIVATE_KEY={signing}\n")
    assert [bytes(key) for key in signed.keys_at_hand(path)] == [bytes(KEY)]
    assert seal.read_keys(path, "DELIVERY_PRIVATE_KEY").raw() == [bytes(32)]


def test_no_signing_key_is_no_fault(tmp_path, settings):
    settings.SIGNING_PRIVATE_KEY = ""
    (tmp_path / "keys").write_text(base64.b64encode(bytes(32)).decode())
    assert signed.keys_at_hand(tmp_path / "keys") == []


def test_signing_key_that_is_none_is_refused_by_its_name(tmp_path):
    (tmp_path / "keys").write_text("SIGNING_PRIVATE_KEY=abc\n")
    with pytest.raises(seal.KeyProblem, match="SIGNING_PRIVATE_KEY in"):
        signed.keys_at_hand(tmp_path / "keys")


def test_principal_is_of_the_site(settings):
    settings.SITE_URL = "https://petition.example.org:8443"
    assert signed.describe_signer() == {
        "principal": "committee@petition.example.org",
        "public_key": settings.SIGNING_PUBLIC_KEY,
    }


def test_site_without_a_signing_key_names_none(settings):
    settings.SIGNING_PUBLIC_KEY = ""
    assert signed.describe_signer() is None


def test_known_key_is_a_fingerprint_or_a_file(tmp_path):
    (tmp_path / "allowed").write_bytes(sshsig.allowed_signers(sshsig.Allowed("a@b", PUBLIC)))
    (tmp_path / "key.pub").write_text(f"ssh-ed25519 {base64.b64encode(blob(PUBLIC)).decode()} me@here\n")
    fingerprint = seal.ssh_fingerprint(PUBLIC)
    found = [signed.known_key(text) for text in (fingerprint, str(tmp_path / "allowed"), str(tmp_path / "key.pub"))]
    assert found == [fingerprint] * 3


def test_known_key_that_is_none_is_refused():
    with pytest.raises(seal.KeyProblem):
        signed.known_key("nowhere")
