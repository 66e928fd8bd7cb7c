"""A packet as it is fetched."""

import io
import zipfile

import pytest
from django.contrib.auth.models import User

from petition import approvals
from petition.files import clear
from petition.models import AuditEntry
from signatures.delivery import packets, second_person, stages
from signatures.delivery.models import Delivery, Packet
from signatures.delivery.problems import NotNow
from tests.people import allowed
from tests.signatures.delivery.collection import create_collection, create_planned


@pytest.fixture
def bopha(db):
    return User.objects.create_superuser("bopha")


@pytest.fixture
def packet(bopha, settings, tmp_path):
    """That of the first recipient, in a delivery that is built."""
    settings.DELIVERY_DIR = tmp_path / "deliveries"
    pk = create_planned(create_collection()).pk
    stages.freeze_planned(delivery_id=pk, by_id=bopha.pk, language="en")
    Delivery.objects.filter(pk=pk).update(state="building")
    assert stages.build_frozen(delivery_id=pk, language="en", should_stop=lambda: False)
    return Packet.objects.get(delivery=pk, recipient__number=1)


def test_packet_is_fetched_as_a_zip_file_and_that_is_on_record(packet, bopha):
    allowed(second_person.FETCH, packet.delivery, bopha)
    response = packets.packet_zip(packet.delivery, packet, by=bopha)
    assert response["Content-Disposition"] == 'attachment; filename="peace-2-01-1-anne-durand.zip"'
    folder = packet.delivery.folder / "packets" / "01-1-anne-durand"
    with zipfile.ZipFile(io.BytesIO(response.getvalue())) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            f"peace-2-01-1-anne-durand/{path.relative_to(folder)}": path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
    last = AuditEntry.objects.latest("id")
    assert (last.by, last.act, last.target) == ("bopha", "fetch", f"delivery.packet:{packet.pk}")


def test_no_packet_is_fetched_on_the_word_of_one(packet, bopha):
    with pytest.raises(approvals.NotAllowed):
        packets.packet_zip(packet.delivery, packet, by=bopha)
    assert not AuditEntry.objects.filter(act="fetch").exists()


def test_what_was_allowed_holds_for_every_packet_of_the_delivery(packet, bopha):
    allowed(second_person.FETCH, packet.delivery, bopha)
    for other in packet.delivery.packets.all():
        packets.packet_zip(packet.delivery, other, by=bopha)
    assert AuditEntry.objects.filter(act="fetch", by="bopha").count() == packet.delivery.packets.count() > 1


def test_packet_is_found_under_the_name_it_was_frozen_with(packet):
    packet.recipient.name = "Somebody Else"
    packet.recipient.save()
    assert packets.packet_folder(packet.delivery, packet).name == "01-1-anne-durand"


def test_packet_that_is_not_on_this_server(packet, bopha):
    clear(packet.delivery.folder)
    with pytest.raises(NotNow) as caught:
        packets.packet_zip(packet.delivery, packet, by=bopha)
    assert str(caught.value) == "The packets of peace 2 are not on this server."
    assert not AuditEntry.objects.filter(act="fetch").exists()


def test_large_packet_is_sent_in_steps(tmp_path):
    (tmp_path / "volume.pdf").write_bytes(b"x" * (3 << 20))
    steps = list(packets.zip_folder(tmp_path, "packet"))
    assert len(steps) == 4
    with zipfile.ZipFile(io.BytesIO(b"".join(steps))) as archive:
        assert archive.read("packet/volume.pdf") == b"x" * (3 << 20)
