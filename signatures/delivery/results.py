"""Across the air gap and back: the bundle that is carried away, and the results of a build that are carried back.

Carried back is the manifest, which has the root and the sum of every file, with its signature and the leaves of the
tree, from which the server answers whoever asks for their own line. No name is in it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext_noop as _

from petition import audit
from signatures import seal
from signatures.delivery import manifest as manifests
from signatures.delivery import signed, sshsig, tree
from signatures.delivery.models import Delivery, State
from signatures.delivery.problems import NotNow

SIGNATURE = f"{manifests.NAME}{manifests.SIGNATURE}"
CARRIED = (manifests.NAME, SIGNATURE, manifests.LEAVES)  # there is no signature where no signing key was at hand
SUM = re.compile(r"[0-9a-f]{64}")
FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
SLUG = re.compile(r"[-a-zA-Z0-9_]+")


def to_carry(folder: Path) -> Iterator[Path]:
    """What of a finished folder goes back to the server."""
    return (folder / name for name in CARRIED if (folder / name).is_file())


def signature_in(folder: Path) -> bytes | None:
    path = folder / SIGNATURE
    return path.read_bytes() if path.is_file() else None


def leaves_in(folder: Path) -> Path | None:
    """The leaves of the tree that were carried back, in a folder of their own or not; None where they were not."""
    places = (folder / manifests.LEAVES, folder / Path(manifests.LEAVES).name)
    return next((path for path in places if path.is_file()), None)


@transaction.atomic
def take_bundle(*, delivery: Delivery, by: User) -> Path:
    """Where the bundle lies, for the courier; that it was taken is on record. It is sealed: it needs no second person,
    since it opens no name."""
    if not delivery.bundle.is_file():
        raise NotNow(_("The bundle of %(delivery)s is not on this server."), delivery=delivery.code)
    audit.record(by=by, act="take_bundle", target=delivery)
    return delivery.bundle


@transaction.atomic
def register(
    *,
    manifest: bytes,
    by: User | None,
    signature: bytes | None = None,
    leaves: Path | None = None,
    expected: Delivery | None = None,
) -> tuple[Delivery, bool]:
    """Record what a delivery was built to on another machine, by the manifest that came back, its signature, and the
    leaves if they did; they may follow later. False where just this is on record already. NotNow says why it is not of
    a delivery that was frozen here, or not of the `expected` one."""
    told = _read(manifest)
    delivery = _delivery(told)
    if expected is not None and delivery != expected:
        raise NotNow(
            _("These are the results of %(other)s, not of %(delivery)s."), other=delivery.code, delivery=expected.code
        )
    _check(told, delivery)
    _check_signature(told, manifest, signature)
    sha256 = hashlib.sha256(manifest).hexdigest()
    if (delivery.root, delivery.manifest_sha256) == (told["root"], sha256):
        return delivery, _keep(delivery, leaves)
    if delivery.state == State.BUILDING:
        raise NotNow(_("%(delivery)s is being built here at this moment."), delivery=delivery.code)
    if delivery.root:
        raise NotNow(
            _("%(delivery)s has other results already, with the root %(root)s: they stay as they are."),
            delivery=delivery.code,
            root=delivery.root,
        )
    delivery.root, delivery.manifest_sha256, delivery.signed_by = told["root"], sha256, told["signed_by"] or ""
    if delivery.state == State.FROZEN:  # not where all packets were handed over before anything came back
        delivery.state = State.BUILT
    delivery.fault = ""
    delivery.save(update_fields=["root", "manifest_sha256", "signed_by", "state", "fault"])
    _keep(delivery, leaves)
    audit.record(by=by, act="register", target=delivery, detail={"root": delivery.root})
    return delivery, True


def _keep(delivery: Delivery, leaves: Path | None) -> bool:
    """Keep the leaves, if they are there and were not before."""
    if leaves is None or delivery.tree_blocks.exists():
        return False
    tree.keep(delivery=delivery, leaves=leaves, root=delivery.root)
    return True


def _check_signature(told: dict[str, Any], manifest: bytes, signature: bytes | None) -> None:
    """A manifest that says it is signed must be, and by the key that this site has."""
    if told["signed_by"] is None:
        return
    public = seal.decode_key(signed.PUBLIC, getattr(settings, signed.PUBLIC)) if seal.has_key(signed.PUBLIC) else b""
    if seal.ssh_fingerprint(public) != told["signed_by"]:
        raise NotNow(_("It is signed by the key %(key)s, which is not the one of this site."), key=told["signed_by"])
    if signature is None:
        raise NotNow(_("It is signed, and manifest.json.sig is missing: bring it too."))
    try:
        sshsig.check(manifest, signature, public)
    except sshsig.SignatureFault:
        raise NotNow(_("The signature in manifest.json.sig is not that of this manifest.json.")) from None


def _read(manifest: bytes) -> dict[str, Any]:
    """The manifest; NotNow where it is none."""
    try:
        told = json.loads(manifest)
        is_whole = _is_whole(told)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        is_whole = False
    if not is_whole:
        raise NotNow(_("This is not the manifest.json of a finished delivery."))
    return dict(told)


def _is_whole(told: dict[str, Any]) -> bool:
    """Whether a manifest tells all that is needed of it. What has another form raises what Python makes of that."""
    volumes, annexes = len(told["volumes"]), len(told["annexes"])
    wanted = manifests.all_files(told["recipients"], volumes, annexes)
    sums = [told["root"], told["bundle"], *(item["sha256"] for item in told["files"])]
    signed_by = told["signed_by"]
    return (
        sorted(item["path"] for item in told["files"]) == wanted
        and all(SUM.fullmatch(text) for text in sums)
        and (signed_by is None or FINGERPRINT.fullmatch(signed_by) is not None)
        and told["volumes"][-1]["last"] == told["counts"]["confirmed"]
        and SLUG.fullmatch(told["petition"]["slug"]) is not None
        and 0 < told["delivery"]["ordinal"] < 1 << 15
    )


def _delivery(told: dict[str, Any]) -> Delivery:
    slug, ordinal = told["petition"]["slug"], told["delivery"]["ordinal"]
    rows = Delivery.objects.select_related("petition").filter(petition__slug=slug, ordinal=ordinal)
    delivery = rows.select_for_update(of=["self"]).first()
    if delivery is None:
        raise NotNow(_("There is no delivery %(delivery)s here."), delivery=f"{slug} {ordinal}")
    return delivery


def _check(told: dict[str, Any], delivery: Delivery) -> None:
    """Hold the manifest against what was frozen here."""
    if delivery.frozen_at is None or told["frozen_at"] != delivery.frozen_at_utc:
        raise NotNow(
            _("%(delivery)s was not frozen here at %(moment)s."), delivery=delivery.code, moment=told["frozen_at"]
        )
    if told["bundle"] != delivery.bundle_sha256:
        raise NotNow(_("It was built from another bundle than the one that was frozen here."))
    if (told["counts"], told.get("previous")) != (delivery.counts, delivery.previous):
        raise NotNow(_("Its counts are not those that were frozen here."))
    if told["recipients"] != delivery.frozen_recipients:
        raise NotNow(_("Its recipients are not those that were frozen here."))
