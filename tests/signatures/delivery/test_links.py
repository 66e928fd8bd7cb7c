import datetime
import io
import zipfile

import pyrage
import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.utils import timezone

from petition import approvals
from petition.models import AuditEntry
from signatures.delivery import links, records, second_person
from signatures.delivery.agefile import Lock
from signatures.delivery.models import Delivery, Fetch, FetchLink
from signatures.delivery.problems import NotNow
from tests.people import allowed
from tests.signatures.delivery.collection import create_built_packet

PASSPHRASE = "a river has two banks and a bridge"
DAY = datetime.timedelta(days=1)


@pytest.fixture
def bopha(db):
    return User.objects.create_superuser("bopha")


@pytest.fixture
def packet(bopha, settings, tmp_path):
    settings.DELIVERY_DIR = tmp_path / "deliveries"
    return create_built_packet(bopha)


@pytest.fixture
def made(packet, bopha):
    allowed(second_person.FETCH, packet.delivery, bopha)
    return links.make(packet=packet, lock=Lock(passphrase=PASSPHRASE), lasts=DAY, most=2, by=bopha)


def fetched(made, passphrase=PASSPHRASE):
    return b"".join(links.fetch(link=links.find(made.token), passphrase=passphrase).parts)


def is_dead(made):
    with pytest.raises(links.Ended):
        links.find(made.token)
    with pytest.raises(links.Ended):
        links.fetch(link=FetchLink.objects.select_related("packet__delivery").get(), passphrase=PASSPHRASE)
    return True


def test_link_gives_the_packet_encrypted_with_the_passphrase_it_asked_for(made):
    with zipfile.ZipFile(io.BytesIO(pyrage.passphrase.decrypt(fetched(made), PASSPHRASE))) as archive:
        assert archive.testzip() is None


def test_link_gives_the_packet_encrypted_to_its_key(packet, bopha):
    allowed(second_person.FETCH, packet.delivery, bopha)
    identity = pyrage.x25519.Identity.generate()
    made = links.make(packet=packet, lock=Lock(key=str(identity.to_public())), lasts=DAY, most=1, by=bopha)
    assert pyrage.decrypt(fetched(made, ""), [identity]).startswith(b"PK")


def test_fetch_by_a_link_is_on_record_with_its_mark(made, packet):
    size = len(fetched(made))
    row = Fetch.objects.get()
    assert (row.packet, row.by, row.link, row.is_encrypted, row.size) == (packet, "", made.link, True, size)
    entry = AuditEntry.objects.filter(act="fetch").get()
    assert (entry.by, entry.detail) == ("system", {"copy": row.mark, "encrypted": True, "link": made.link.pk})


def test_file_s_name_tells_neither_petition_nor_recipient(made):
    name = links.fetch(link=links.find(made.token), passphrase=PASSPHRASE).name
    assert name == f"packet-{Fetch.objects.get().mark}.zip.age"


def test_database_holds_neither_token_nor_passphrase(made):
    row = FetchLink.objects.values().get()
    assert made.token not in str(row)
    assert PASSPHRASE not in str(row)
    assert "river" not in str(list(AuditEntry.objects.values()))


def test_nobody_makes_a_link_alone(packet, bopha):
    with pytest.raises(approvals.NotAllowed):
        links.make(packet=packet, lock=Lock(passphrase=PASSPHRASE), lasts=DAY, most=2, by=bopha)
    assert not FetchLink.objects.exists()


def test_link_ends_by_its_time(made):
    FetchLink.objects.update(made_at=timezone.now() - 2 * DAY, expires_at=timezone.now() - DAY)
    assert is_dead(made)


def test_link_ends_when_it_was_used_so_often(made):
    for _time in range(2):
        fetched(made)
    assert is_dead(made)


def test_link_ends_when_staff_end_it(made, bopha):
    assert links.revoke(link=made.link, by=bopha)
    assert is_dead(made)
    assert not links.revoke(link=made.link, by=bopha)
    assert AuditEntry.objects.filter(act="end_link").count() == 1


def test_link_ends_with_the_hand_over(made, packet, bopha):
    records.hand_over(packets=[packet], by=bopha, on=timezone.localdate(), channel="by_hand")
    assert FetchLink.objects.get().revoked_at
    assert is_dead(made)


def test_link_is_dead_by_the_packet_s_state_alone(made, packet):
    packet.handed_over_on = timezone.localdate()
    packet.save(update_fields=["handed_over_on"])
    assert is_dead(made)


def test_link_ends_where_the_files_are_gone(made, packet):
    Delivery.objects.update(files_deleted_on=timezone.localdate())
    with pytest.raises(links.Ended):
        links.find(made.token)


def test_no_link_to_what_is_handed_over(packet, bopha):
    allowed(second_person.FETCH, packet.delivery, bopha)
    records.hand_over(packets=[packet], by=bopha, on=timezone.localdate(), channel="by_hand")
    with pytest.raises(NotNow):
        links.make(packet=packet, lock=Lock(passphrase=PASSPHRASE), lasts=DAY, most=2, by=bopha)


def test_wrong_passphrases_are_counted_and_end_the_link(made):
    for _try in range(FetchLink.MOST_TRIES):
        with pytest.raises(links.WrongPassphrase):
            fetched(made, "a wrong one")
    assert is_dead(made)
    assert not Fetch.objects.exists()


def test_right_passphrase_forgives_the_wrong_ones(made):
    with pytest.raises(links.WrongPassphrase):
        fetched(made, "a wrong one")
    fetched(made)
    assert FetchLink.objects.get().tries == 0


@pytest.mark.parametrize("token", ["", "x", "a" * 43])
def test_other_tokens_are_none(made, token):
    with pytest.raises(links.Ended):
        links.find(token)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"expires_at": datetime.timedelta(minutes=59)}, "link_lives_for_a_time"),
        ({"expires_at": datetime.timedelta(days=14, minutes=1)}, "link_lives_for_a_time"),
        ({"age_key": "", "passphrase_hash": ""}, "link_is_locked_one_way"),
        ({"age_key": "age1", "passphrase_hash": "x"}, "link_is_locked_one_way"),
        ({"most": 0}, "link_fetched_so_often"),
        ({"most": 21}, "link_fetched_so_often"),
        ({"fetched": 4}, "link_fetched_so_often"),
        ({"tries": 11}, "link_tried_so_often"),
    ],
)
def test_database_refuses_a_link_that_can_not_be(packet, fields, constraint):
    now = timezone.now()
    given = {"age_key": "age1", "expires_at": datetime.timedelta(days=1)} | fields
    given["expires_at"] += now
    with pytest.raises(IntegrityError) as refused:
        FetchLink.objects.create(packet=packet, token_hash=b"t", made_at=now, **given)
    assert refused.value.__cause__.diag.constraint_name == constraint
