"""A rotation on a running site: who signed before and after it is written to, and stands in one delivery."""

import csv

import pytest
from nacl.public import PrivateKey

from petition.models import AuditEntry
from signatures import mail_sending, seal
from signatures.choices import Purpose
from signatures.delivery.build import build
from signatures.delivery.bundle import open_bundle
from signatures.delivery.freeze import freeze
from signatures.delivery.problems import BuildProblem
from tests.people import DARA, MARIE, SOKHA, confirmed, create_petition, person, rows_of, send_queued_mails, signed
from tests.signatures.delivery.collection import create_collection
from tests.signatures.test_sealing import ONE, TWO, name, replace, take_labels_off, use

pytestmark = pytest.mark.django_db

LATE = person(4, name="Lim Sophea", city="Lowell", visibility="deliver")


def rotate(settings, purpose, *privates):
    replace(privates[0], purpose)
    use(settings, purpose, *privates)


# -- mail ----------------------------------------------------------------------------------------------------------


def test_mails_to_who_signed_before_and_after_go_out(settings, postbox):
    rotate(settings, Purpose.MAIL, ONE)
    petition = create_petition()
    take_labels_off(signed(petition, SOKHA))
    signed(petition, DARA)
    rotate(settings, Purpose.MAIL, TWO, ONE)
    signed(petition, MARIE)
    send_queued_mails()
    assert postbox.recipients == [[SOKHA.email], [DARA.email], [MARIE.email]]


def test_mail_whose_old_key_is_missing_names_the_key_and_goes_when_it_is_back(settings, postbox):
    rotate(settings, Purpose.MAIL, ONE)
    row = signed(create_petition(), SOKHA)
    rotate(settings, Purpose.MAIL, TWO)
    with pytest.raises(seal.KeyProblem) as refused:
        mail_sending.send(kind=mail_sending.ABOUT_SIGNING, signature_id=row.pk, tries_before=0)
    assert name(ONE) in str(refused.value)
    use(settings, Purpose.MAIL, TWO, ONE)
    send_queued_mails()
    assert postbox.recipients == [[SOKHA.email]]


# -- delivery ------------------------------------------------------------------------------------------------------


@pytest.fixture
def bundle(settings, tmp_path):
    """Frozen with names under an old key, one of them from before boxes named theirs, and one name under a new key."""
    rotate(settings, Purpose.DELIVERY, ONE)
    petition = create_collection()
    take_labels_off(rows_of(petition, DARA)[0])
    rotate(settings, Purpose.DELIVERY, TWO, ONE)
    confirmed(petition, LATE)
    return freeze(petition=petition, by=None, out=tmp_path / "b.zip")[1]


def refusal(bundle, out, *privates):
    with pytest.raises(BuildProblem) as refused:
        build(bundle, out, keys=seal.Keyring(privates))
    assert [path.name for path in out.parent.iterdir()] == ["b.zip"]
    return str(refused.value)


def test_bundle_names_the_keys_it_needs(bundle):
    assert open_bundle(bundle).sealed_to == ["", *sorted([name(ONE), name(TWO)])]


def test_delivery_has_the_names_of_before_and_after(bundle, tmp_path):
    build(bundle, tmp_path / "out", keys=seal.private_keys("DELIVERY_PRIVATE_KEY"), jobs=1)
    with (tmp_path / "out" / "book" / "signatures.csv").open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    assert names == ["", DARA.name, MARIE.name, LATE.name]


@pytest.mark.parametrize(("held", "missing"), [(TWO, ONE), (ONE, TWO)])
def test_build_refuses_at_the_start_and_names_the_key_that_is_missing(bundle, tmp_path, held, missing):
    assert refusal(bundle, tmp_path / "out", held) == (
        f"The delivery key {name(missing)} is not at hand, and the bundle holds names that only it opens."
    )


def test_names_from_before_whose_key_is_missing_are_known_at_the_start(settings, tmp_path):
    other = PrivateKey.generate()
    use(settings, Purpose.DELIVERY, other)
    petition = create_collection()
    take_labels_off(rows_of(petition, MARIE)[0])
    take_labels_off(rows_of(petition, DARA)[0])
    use(settings, Purpose.DELIVERY, TWO)
    confirmed(petition, LATE)
    bundle = freeze(petition=petition, by=None, out=tmp_path / "b.zip")[1]
    assert refusal(bundle, tmp_path / "out", TWO) == (
        "The delivery key does not open signature 2: it is another key, or the bundle was altered."
    )


def test_rotation_is_in_the_audit_trail(bundle):
    acts = AuditEntry.objects.filter(act="register_key").order_by("id")
    assert [entry.detail["fingerprint"] for entry in acts] == [name(ONE), name(TWO)]
