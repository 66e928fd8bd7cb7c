"""The registry of the keys that seal: one current of a purpose, none for two, and which boxes need which."""

import base64

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from nacl.public import PrivateKey

from petition import approvals
from petition.models import Approval, AuditEntry
from signatures import seal, sealing
from signatures.choices import Purpose
from signatures.models import SealingKey, Signature
from tests.people import DARA, SOKHA, allowed, asked, create_petition, create_staff, signed

pytestmark = pytest.mark.django_db

ONE, TWO = (PrivateKey(bytes([n]) * 32) for n in (1, 2))


def raw(private):
    return bytes(private.public_key)


def register(private, purpose=Purpose.MAIL, by=None):
    return sealing.register(purpose=purpose, public_key=raw(private), by=by)


def target(private, purpose=Purpose.MAIL):
    return f"{purpose.value}_key:{name(private)}"


def replace(private, purpose=Purpose.MAIL):
    """By vibol, whom another person has allowed it."""
    vibol = User.objects.filter(username="vibol").first() or create_staff("vibol")
    allowed("rotate_key", target(private, purpose), vibol)
    return register(private, purpose, by=vibol)


def states():
    return {key.fingerprint: (key.purpose, key.retired_at is None) for key in SealingKey.objects.all()}


def name(private):
    return seal.fingerprint_of(private.public_key)


def use(settings, purpose, *privates):
    """The settings of a site whose keys these are, the newest first."""
    setattr(settings, f"{purpose.name}_PUBLIC_KEY", base64.b64encode(raw(privates[0])).decode())
    texts = [base64.b64encode(bytes(key)).decode() for key in privates]
    setattr(settings, f"{purpose.name}_PRIVATE_KEY", ",".join(texts))


# -- register ------------------------------------------------------------------------------------------------------


def test_first_key_is_the_current_one():
    assert register(ONE).fingerprint == name(ONE)
    assert states() == {name(ONE): ("mail", True)}


def test_new_key_retires_the_one_before():
    register(ONE)
    replace(TWO)
    assert states() == {name(ONE): ("mail", False), name(TWO): ("mail", True)}


def test_each_purpose_has_a_current_key_of_its_own():
    register(ONE)
    register(TWO, Purpose.DELIVERY)
    assert states() == {name(ONE): ("mail", True), name(TWO): ("delivery", True)}


def test_registering_again_changes_nothing():
    assert register(ONE).pk == register(ONE).pk
    assert AuditEntry.objects.count() == 1


def test_who_registered_a_key_is_in_the_audit_trail():
    register(ONE)
    key = replace(TWO)
    entries = AuditEntry.objects.order_by("id").values_list("by", "act", "target", "detail")
    request = {"kind": "rotate_key", "request": Approval.objects.get().pk}
    assert list(entries)[1:] == [
        ("vibol", "ask_approval", target(TWO), request),
        ("second", "allow_approval", target(TWO), request),
        ("vibol", "use_approval", target(TWO), request),
        (
            "vibol",
            "register_key",
            f"signatures.sealingkey:{key.pk}",
            {"purpose": "mail", "fingerprint": name(TWO), "retired": name(ONE)},
        ),
    ]


def refusal(private, purpose=Purpose.MAIL):
    with pytest.raises(sealing.KeyRefused) as refused:
        register(private, purpose)
    return str(refused.value)


def test_key_of_the_other_purpose_is_refused():
    register(ONE, Purpose.DELIVERY)
    assert refusal(ONE) == f"The key {name(ONE)} is registered for delivery: make another pair"


def test_retired_key_does_not_come_back():
    register(ONE)
    replace(TWO)
    today = f"{timezone.now():%Y-%m-%d}"
    assert refusal(ONE) == f"The key {name(ONE)} was retired on {today}: make a new pair"
    assert states()[name(TWO)] == ("mail", True)


# -- two people ----------------------------------------------------------------------------------------------------


@pytest.fixture
def vibol():
    """Where there is a current key already."""
    register(ONE)
    return create_staff("vibol")


def not_replaced(by, private=TWO):
    before = states()
    with pytest.raises((sealing.WordNeeded, approvals.NotAllowed)) as refused:
        register(private, by=by)
    assert states() == before
    return refused.type


def test_nobody_by_name_replaces_no_key(vibol):
    allowed("rotate_key", target(TWO), vibol)
    assert not_replaced(None) is sealing.WordNeeded


def test_nobody_replaces_a_key_alone(vibol):
    assert not_replaced(vibol) is approvals.NotAllowed
    asked("rotate_key", target(TWO), vibol)
    assert not_replaced(vibol) is approvals.NotAllowed


def test_word_is_for_one_key(vibol):
    allowed("rotate_key", target(PrivateKey.generate()), vibol)
    allowed("rotate_key", target(TWO, Purpose.DELIVERY), vibol)
    assert not_replaced(vibol) is approvals.NotAllowed


def test_word_is_for_who_has_asked(vibol):
    allowed("rotate_key", target(TWO), vibol)
    assert not_replaced(User.objects.get(username="second")) is approvals.NotAllowed


def test_word_of_before_is_nothing_to_who_lost_the_right(vibol):
    allowed("rotate_key", target(TWO), vibol)
    vibol.groups.clear()
    assert not_replaced(User.objects.get(pk=vibol.pk)) is approvals.NotAllowed


def test_word_is_used_up(vibol):
    replace(TWO)
    assert Approval.objects.get().state == "used"
    register(TWO, by=vibol)
    third = PrivateKey.generate()
    assert not_replaced(vibol, third) is approvals.NotAllowed


def test_word_for_what_is_refused_otherwise_is_kept(vibol):
    register(TWO, Purpose.DELIVERY)
    allowed("rotate_key", target(TWO), vibol)
    with pytest.raises(sealing.KeyRefused):
        register(TWO, by=vibol)
    assert Approval.objects.get().state == "allowed"


# -- what the database holds ---------------------------------------------------------------------------------------


def broken(**fields):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        SealingKey.objects.create(**{"purpose": "mail", "public_key": raw(TWO)} | fields)
    return str(refused.value)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({}, "sealing_key_one_current"),
        ({"purpose": "post"}, "sealing_key_purpose_known"),
        ({"purpose": "delivery", "public_key": b"short"}, "sealing_key_has_32_bytes"),
        ({"purpose": "delivery", "public_key": bytes(ONE.public_key)}, "signatures_sealingkey_public_key"),
        ({"retired_at": timezone.now() - timezone.timedelta(days=1)}, "sealing_key_retired_after_its_start"),
    ],
)
def test_database_refuses_what_cannot_be(fields, constraint):
    register(ONE)
    assert constraint in broken(**fields)


def test_fingerprint_is_made_by_the_database_as_by_us():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO signatures_sealingkey (purpose, public_key, since, is_with_worker) "
            "VALUES ('mail', %s, now(), false)",
            [raw(ONE)],
        )
    assert SealingKey.objects.get().fingerprint == name(ONE)


# -- which rows need which key -------------------------------------------------------------------------------------


def rows():
    return {(held.purpose.value, held.fingerprint): held.rows for held in sealing.rows_by_key()}


def test_rows_are_counted_by_the_key_they_are_sealed_to(settings):
    petition = create_petition()
    use(settings, Purpose.MAIL, ONE)
    signed(petition, SOKHA)
    use(settings, Purpose.MAIL, TWO, ONE)
    signed(petition, DARA)
    delivery = seal.fingerprint_of(seal.public_key("DELIVERY_PUBLIC_KEY"))
    assert rows() == {("mail", name(ONE)): 1, ("mail", name(TWO)): 1, ("delivery", delivery): 2}


def take_labels_off(row):
    Signature.objects.filter(pk=row.pk).update(
        sealed_email=bytes(row.sealed_email)[seal.LABEL_BYTES :],
        sealed_identity=bytes(row.sealed_identity)[seal.LABEL_BYTES :],
    )


def test_rows_from_before_boxes_named_their_key_are_counted_apart():
    take_labels_off(signed(create_petition(), SOKHA))
    assert rows() == {("mail", None): 1, ("delivery", None): 1}


def test_withdrawn_row_needs_no_key():
    from signatures import erasure

    row = signed(create_petition(), SOKHA)
    erasure.withdraw(signature=row)
    assert rows() == {}


@pytest.mark.parametrize("has_label", [True, False])
def test_sample_is_of_the_one_key(settings, has_label):
    petition = create_petition()
    use(settings, Purpose.MAIL, ONE)
    wanted = signed(petition, SOKHA)
    if not has_label:
        take_labels_off(wanted)
    use(settings, Purpose.MAIL, TWO, ONE)
    signed(petition, DARA)
    wanted.refresh_from_db()
    held = sealing.Held(Purpose.MAIL, name(ONE) if has_label else None, 1)
    assert sealing.sample(held) == [bytes(wanted.sealed_email)]


# -- what the worker has -------------------------------------------------------------------------------------------


def test_worker_says_which_current_keys_it_holds(settings):
    register(ONE)
    register(TWO, Purpose.DELIVERY)
    use(settings, Purpose.MAIL, ONE)
    use(settings, Purpose.DELIVERY, TWO)
    sealing.note_worker()
    settings.DELIVERY_PRIVATE_KEY = ""
    sealing.note_worker()
    assert dict(SealingKey.objects.values_list("purpose", "is_with_worker")) == {"mail": True, "delivery": False}
