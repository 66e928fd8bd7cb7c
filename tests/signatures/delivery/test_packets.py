"""A packet as it is fetched."""

import datetime
import io
import zipfile

import pyrage
import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.utils import timezone

from petition import approvals
from petition.files import clear
from petition.models import AuditEntry
from signatures.delivery import marks, packets, second_person
from signatures.delivery.agefile import Lock
from signatures.delivery.models import Fetch, FetchLink
from signatures.delivery.problems import NotNow
from tests.people import allowed
from tests.signatures.delivery import marking
from tests.signatures.delivery.collection import create_built_packet


@pytest.fixture
def bopha(db):
    return User.objects.create_superuser("bopha")


@pytest.fixture
def packet(bopha, settings, tmp_path):
    settings.DELIVERY_DIR = tmp_path / "deliveries"
    return create_built_packet(bopha)


def test_packet_is_fetched_as_a_zip_file_and_that_is_on_record(packet, bopha):
    allowed(second_person.FETCH, packet.delivery, bopha)
    download = packets.fetch(packet=packet, lock=Lock(), by=bopha)
    assert download.name == "peace-2-01-1-anne-durand.zip"
    folder = packet.delivery.folder / "packets" / "01-1-anne-durand"
    with zipfile.ZipFile(io.BytesIO(b"".join(download.parts))) as archive:
        assert archive.testzip() is None
        assert {name: marking.original(name, archive.read(name)) for name in archive.namelist()} == {
            f"peace-2-01-1-anne-durand/{path.relative_to(folder)}": path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
    last = AuditEntry.objects.latest("id")
    assert (last.by, last.act, last.target) == ("bopha", "fetch", f"delivery.packet:{packet.pk}")


def test_every_file_that_says_something_of_signers_has_the_mark(packet, bopha):
    allowed(second_person.FETCH, packet.delivery, bopha)
    download = packets.fetch(packet=packet, lock=Lock(), by=bopha)
    with zipfile.ZipFile(io.BytesIO(b"".join(download.parts))) as archive:
        files = {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist()}
    mark = Fetch.objects.get().mark
    for name, data in files.items():
        if name.endswith((".pdf", ".xlsx")):
            assert marks.read(io.BytesIO(data)).fits(mark), name
    # Three rows tell three of the 64 bits.
    rows = files["signatures.csv"].splitlines()[1:]
    assert [row.count(b'"') // 2 for row in rows] == [int(mark, 16) >> n & 1 for n in (1, 2, 3)]


def test_each_fetch_has_a_mark_of_its_own_and_its_size_once_it_was_sent(packet, bopha):
    allowed(second_person.FETCH, packet.delivery, bopha)
    sizes = [
        sum(map(len, packets.fetch(packet=packet, lock=Lock(passphrase="p" * 20), by=bopha).parts)) for _ in range(2)
    ]
    rows = Fetch.objects.order_by("pk")
    assert [(row.by, row.is_encrypted, row.size) for row in rows] == [("bopha", True, size) for size in sizes]
    assert len({row.mark for row in rows}) == 2


def test_packet_is_encrypted_to_a_key(packet, bopha):
    allowed(second_person.FETCH, packet.delivery, bopha)
    identity = pyrage.x25519.Identity.generate()
    download = packets.fetch(packet=packet, lock=Lock(key=str(identity.to_public())), by=bopha)
    assert download.name == "peace-2-01-1-anne-durand.zip.age"
    opened = pyrage.decrypt(b"".join(download.parts), [identity])
    with zipfile.ZipFile(io.BytesIO(opened)) as archive:
        assert archive.testzip() is None


def test_who_hangs_up_leaves_a_fetch_without_size_and_nothing_else(packet, bopha):
    allowed(second_person.FETCH, packet.delivery, bopha)
    identity = pyrage.x25519.Identity.generate()
    before = set(packet.delivery.folder.parent.rglob("*"))
    parts = packets.fetch(packet=packet, lock=Lock(key=str(identity.to_public())), by=bopha).parts
    next(parts)
    parts.close()
    assert Fetch.objects.get().size is None
    assert set(packet.delivery.folder.parent.rglob("*")) == before


def test_no_packet_is_fetched_on_the_word_of_one(packet, bopha):
    with pytest.raises(approvals.NotAllowed):
        packets.fetch(packet=packet, lock=Lock(), by=bopha)
    assert not AuditEntry.objects.filter(act="fetch").exists()


def test_what_was_allowed_holds_for_every_packet_of_the_delivery(packet, bopha):
    allowed(second_person.FETCH, packet.delivery, bopha)
    for other in packet.delivery.packets.all():
        packets.fetch(packet=other, lock=Lock(), by=bopha)
    assert AuditEntry.objects.filter(act="fetch", by="bopha").count() == packet.delivery.packets.count() > 1


def test_packet_is_found_under_the_name_it_was_frozen_with(packet):
    packet.recipient.name = "Somebody Else"
    packet.recipient.save()
    assert packets.packet_folder(packet.delivery, packet).name == "01-1-anne-durand"


def test_packet_that_is_not_on_this_server(packet, bopha):
    clear(packet.delivery.folder)
    with pytest.raises(NotNow) as caught:
        packets.fetch(packet=packet, lock=Lock(), by=bopha)
    assert str(caught.value) == "The packets of peace 2 are not on this server."
    assert not AuditEntry.objects.filter(act="fetch").exists()


def test_large_packet_is_sent_in_steps(tmp_path):
    (tmp_path / "signatures.salt").write_bytes(b"x" * (3 << 20))
    steps = list(packets.zip_folder(tmp_path, "packet", "00000000000000ff"))
    assert len(steps) == 4
    with zipfile.ZipFile(io.BytesIO(b"".join(steps))) as archive:
        assert archive.read("packet/signatures.salt") == b"x" * (3 << 20)


def test_file_that_can_not_be_marked_breaks_the_download_off(tmp_path):
    (tmp_path / "letter.en.pdf").write_bytes(b"%PDF of somebody else")
    with pytest.raises(NotNow):
        list(packets.zip_folder(tmp_path, "packet", "00000000000000ff"))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"mark": "xyz"}, "fetch_mark_is_64_bits"),
        ({"by": "bopha", "by_link": True}, "fetch_by_staff_or_by_a_link"),
        ({"by_link": True, "is_encrypted": False}, "fetch_by_link_is_encrypted"),
    ],
)
def test_database_refuses_a_fetch_that_can_not_be(packet, fields, constraint):
    link = FetchLink.objects.create(
        packet=packet,
        token_hash=b"t",
        made_at=timezone.now(),
        expires_at=timezone.now() + datetime.timedelta(hours=2),
        age_key="age1",
    )
    given = {"mark": "0" * 16, "by": "", "is_encrypted": True} | fields
    given["link"] = link if given.pop("by_link", False) else None
    with pytest.raises(IntegrityError) as refused:
        Fetch.objects.create(packet=packet, at=timezone.now(), **given)
    assert refused.value.__cause__.diag.constraint_name == constraint
