"""Encrypted files are opened with pyrage, which is another program than the one that wrote those with a passphrase."""

import os
import threading

import pyrage
import pytest

from signatures.delivery.agefile import LEAST, Lock, NoKey, encrypted, new_passphrase, recipient_of

CHUNK = 65536
SSH = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN alice@rust"


def parts(data, step=50_000):
    yield from (data[i : i + step] for i in range(0, len(data), step))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 1_000_000])
def test_passphrase_opens_what_was_encrypted_with_it(size):
    data = os.urandom(size)
    made = b"".join(encrypted(parts(data), Lock(passphrase="two banks")))
    assert pyrage.passphrase.decrypt(made, "two banks") == data


def test_another_passphrase_does_not():
    made = b"".join(encrypted(parts(b"names"), Lock(passphrase="two banks")))
    with pytest.raises(pyrage.DecryptError):
        pyrage.passphrase.decrypt(made, "three banks")


def test_what_was_cut_short_is_not_opened():
    made = b"".join(encrypted(parts(bytes(3 * CHUNK)), Lock(passphrase="two banks")))
    with pytest.raises(pyrage.DecryptError):
        pyrage.passphrase.decrypt(made[: -CHUNK - 32], "two banks")


@pytest.mark.parametrize("size", [0, 1, CHUNK, 1_000_000])
def test_private_key_opens_what_was_encrypted_to_its_public_one(size):
    data, identity = os.urandom(size), pyrage.x25519.Identity.generate()
    made = b"".join(encrypted(parts(data), Lock(key=str(identity.to_public()))))
    assert pyrage.decrypt(made, [identity]) == data


def test_key_of_ssh_is_taken():
    assert b"-> ssh-ed25519 " in b"".join(encrypted(parts(b"names"), Lock(key=SSH)))


@pytest.mark.parametrize("text", ["", "age1", "hello", "ssh-ed25519 AAAA", "age1" + "q" * 58])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(NoKey):
        recipient_of(text)


@pytest.mark.parametrize("lock", [Lock(passphrase="x"), Lock(key=SSH)])
def test_error_of_what_is_encrypted_comes_through(lock):
    def broken():
        yield bytes(1_000_000)
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        b"".join(encrypted(broken(), lock))


def test_reader_who_goes_ends_the_writer():
    before = threading.active_count()
    stream = encrypted(parts(bytes(20_000_000)), Lock(key=SSH))
    next(stream)
    stream.close()
    assert threading.active_count() == before


def test_proposed_passphrases_are_long_and_differ():
    first, second = new_passphrase(), new_passphrase()
    assert first != second
    assert len(first) > LEAST
    assert first.count("-") == 9
