"""packet and trace, as whoever builds off the server runs them."""

from io import StringIO

import pyrage
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from signatures.delivery.models import Fetch
from tests.signatures.delivery.collection import create_built_packet
from tests.signatures.delivery.marking import MARK, copy, lines, write_register

pytestmark = pytest.mark.django_db
FOLDER = "01-1-anne-durand"


@pytest.fixture
def register(tmp_path):
    return write_register(tmp_path / "signatures.csv")


def run(*arguments):
    out = StringIO()
    call_command(*map(str, arguments), stdout=out)
    return out.getvalue().splitlines()


def refused(*arguments):
    with pytest.raises(CommandError) as caught:
        run(*arguments)
    return str(caught.value)


def test_packet_is_written_encrypted_to_a_key_and_for_its_owner_alone(built, tmp_path):
    identity, out = pyrage.x25519.Identity.generate(), tmp_path / "packet.zip.age"
    said = run("packet", built.folder, FOLDER, "--out", out, "--age", identity.to_public())
    assert pyrage.decrypt(out.read_bytes(), [identity]).startswith(b"PK")
    assert out.stat().st_mode & 0o777 == 0o600
    assert said[-1] == "It is on record nowhere: note the copy's number down."


def test_packet_is_written_encrypted_with_the_passphrase_of_a_file(built, tmp_path):
    (tmp_path / "secret").write_text("a river has two banks\n")
    run("packet", built.folder, FOLDER, "--out", tmp_path / "p", "--passphrase-file", tmp_path / "secret")
    assert pyrage.passphrase.decrypt((tmp_path / "p").read_bytes(), "a river has two banks").startswith(b"PK")


def test_nothing_is_written_open_unless_that_is_said(built, tmp_path):
    assert "is required" in refused("packet", built.folder, FOLDER, "--out", tmp_path / "p")
    assert "It is on record" in run("packet", built.folder, FOLDER, "--out", tmp_path / "p", "--without-encryption")[-1]
    assert (tmp_path / "p").read_bytes().startswith(b"PK")


def test_what_can_not_be_is_said(built, tmp_path):
    out = ("--out", tmp_path / "p")
    (tmp_path / "short").write_text("short")
    assert refused("packet", tmp_path, FOLDER, *out, "--without-encryption") == f"{tmp_path} is no delivery folder."
    assert refused("packet", built.folder, "..", *out, "--without-encryption") == f"{built.folder} holds no packet ..."
    assert "is no public key" in refused("packet", built.folder, FOLDER, *out, "--age", "age1")
    assert "at least 20 letters" in refused(
        "packet", built.folder, FOLDER, *out, "--passphrase-file", tmp_path / "short"
    )
    assert not (tmp_path / "p").exists()


def test_copy_that_the_site_knows_is_on_record_and_traced(settings, tmp_path):
    settings.DELIVERY_DIR = tmp_path / "deliveries"
    packet = create_built_packet(User.objects.create_superuser("bopha"))
    said = run("packet", packet.delivery.folder, FOLDER, "--out", tmp_path / "p.zip", "--without-encryption")
    row = Fetch.objects.get()
    assert (row.packet, row.by, row.size) == (packet, "", (tmp_path / "p.zip").stat().st_size)
    assert said[-1] == "It is on record."
    assert run("trace", tmp_path / "p.zip")[1].startswith(f"{row.number}: {packet}, fetched ")
    assert run("trace", row.mark) == run("trace", tmp_path / "p.zip")


def test_trace_tells_an_unknown_mark_and_none(register, tmp_path):
    (tmp_path / "leak.csv").write_bytes(b"".join(lines(copy(register))[1:70]))
    assert refused("trace", tmp_path / "leak.csv") == "It is the mark of no copy that is on record here."
    assert refused("trace", register) == "There is no mark in it."
    assert "There is no file" in refused("trace", tmp_path / "nothing")
    assert refused("trace", MARK) == "It is the mark of no copy that is on record here."
