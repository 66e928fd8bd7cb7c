"""The end of a delivery's files on the server."""

import datetime

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from petition.files import clear
from signatures import destruction, erasure
from signatures.delivery import keeping, links, second_person
from signatures.delivery.agefile import Lock
from signatures.delivery.models import Delivery, Packet
from signatures.models import Destroyed
from tests.people import allowed
from tests.signatures.delivery.collection import create_built_packet

DAYS = 30


@pytest.fixture
def bopha(db):
    return User.objects.create_superuser("bopha")


@pytest.fixture
def packet(bopha, settings, tmp_path):
    settings.DELIVERY_DIR = tmp_path / "deliveries"
    return create_built_packet(bopha)


@pytest.fixture
def delivery(packet):
    return packet.delivery


def handed_over(delivery, ago):
    """As if the last packet had been handed over so many days ago."""
    on = timezone.localdate() - datetime.timedelta(days=ago)
    Packet.objects.filter(delivery=delivery).update(handed_over_on=on)
    Delivery.objects.filter(pk=delivery.pk).update(state="handed_over")


def left(delivery):
    return sorted(path.name for path in delivery.folder.parent.iterdir())


def test_files_go_after_their_days_and_that_is_on_record(delivery):
    handed_over(delivery, DAYS + 1)
    assert erasure.purge().delivery_files == 1
    assert left(delivery) == []
    delivery.refresh_from_db()
    assert delivery.files_deleted_on == timezone.localdate()
    record = Destroyed.objects.get(what="delivery_files")
    assert (record.rows, record.days, record.petition) == (3, DAYS, delivery.petition_id)
    assert list(destruction.faults()) == []


@pytest.mark.parametrize("ago", [0, DAYS])
def test_files_stay_until_then(delivery, ago):
    handed_over(delivery, ago)
    before = left(delivery)
    assert erasure.purge().delivery_files == 0
    assert left(delivery) == before == ["peace-2", "peace-2.bundle.zip"]


def test_files_stay_while_one_packet_is_on_its_way(delivery, packet):
    handed_over(delivery, 100)
    Packet.objects.filter(pk=packet.pk).update(handed_over_on=None)
    Delivery.objects.update(state="built")
    assert erasure.purge().delivery_files == 0
    assert delivery.folder.is_dir()


def test_dry_run_only_counts(delivery):
    handed_over(delivery, 100)
    assert erasure.purge(dry_run=True).delivery_files == 1
    assert left(delivery) == ["peace-2", "peace-2.bundle.zip"]


def test_second_purge_finds_nothing(delivery):
    handed_over(delivery, 100)
    erasure.purge()
    assert erasure.purge().delivery_files == 0
    assert Destroyed.objects.filter(what="delivery_files").count() == 1


@pytest.mark.parametrize("killed_after", ["rename", "folder", "everything"])
def test_purge_that_was_killed_is_gone_on_with(delivery, killed_after):
    handed_over(delivery, 100)
    delivery.folder.rename(delivery.folder.with_name("peace-2.deleting"))
    if killed_after != "rename":
        clear(delivery.folder.with_name("peace-2.deleting"))
    if killed_after == "everything":
        delivery.bundle.unlink()
    assert erasure.purge().delivery_files == 1
    assert left(delivery) == []
    assert Destroyed.objects.filter(what="delivery_files").count() == 1


def test_links_end_with_the_files(delivery, packet, bopha):
    allowed(second_person.FETCH, delivery, bopha)
    day = datetime.timedelta(days=1)
    made = links.make(packet=packet, lock=Lock(passphrase="a river has two banks"), lasts=day, most=3, by=bopha)
    handed_over(delivery, 100)
    erasure.purge()
    made.link.refresh_from_db()
    assert made.link.revoked_at


def test_what_an_unfinished_build_left_goes_too(delivery):
    handed_over(delivery, 100)
    (delivery.folder.with_name("peace-2.building") / "book").mkdir(parents=True)
    erasure.purge()
    assert left(delivery) == []


def test_symbolic_link_is_neither_followed_nor_taken_for_the_files(delivery, tmp_path):
    handed_over(delivery, 100)
    elsewhere = delivery.folder.rename(tmp_path / "elsewhere")
    delivery.folder.symlink_to(elsewhere)
    assert erasure.purge().delivery_files == 0
    assert (elsewhere / "manifest.json").is_file()
    delivery.refresh_from_db()
    assert delivery.files_deleted_on is None
    assert not Destroyed.objects.filter(what="delivery_files").exists()


def test_symbolic_link_within_the_folder_is_not_followed(delivery, tmp_path):
    handed_over(delivery, 100)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "diary.txt").write_text("mine")
    (delivery.folder / "book" / "mine").symlink_to(tmp_path / "mine")
    assert erasure.purge().delivery_files == 1
    assert (tmp_path / "mine" / "diary.txt").read_text() == "mine"


def test_folder_that_is_no_delivery_of_ours_stays(delivery):
    handed_over(delivery, 100)
    (delivery.folder / "manifest.json").write_text('{"petition": {"slug": "other"}, "delivery": {"ordinal": 2}}')
    assert erasure.purge().delivery_files == 0
    assert delivery.folder.is_dir()
    assert delivery.bundle.is_file()


def test_other_deliveries_and_files_beside_it_stay(delivery):
    handed_over(delivery, 100)
    (delivery.folder.with_name("peace-3")).mkdir()
    (delivery.folder.with_name("peace-3.bundle.zip")).write_bytes(b"x")
    erasure.purge()
    assert left(delivery) == ["peace-3", "peace-3.bundle.zip"]


def test_hand_over_of_before_this_site_has_no_files(db, delivery):
    clear(delivery.folder)
    delivery.bundle.unlink()
    handed_over(delivery, 4000)
    Delivery.objects.update(frozen_at=None, confirmed=None)
    assert erasure.purge().delivery_files == 0


def test_day_on_which_they_go_is_known_before(delivery):
    assert keeping.deleted_from(delivery) is None
    handed_over(delivery, 10)
    assert keeping.deleted_from(delivery) == timezone.localdate() + datetime.timedelta(days=DAYS + 1 - 10)
    handed_over(delivery, DAYS + 1)
    erasure.purge()
    delivery.refresh_from_db()
    assert keeping.deleted_from(delivery) is None
