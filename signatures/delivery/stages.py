"""The stages of a delivery as the worker does them: each is safe to run twice, and says in the row how far it is."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from petition import audit
from signatures import seal
from signatures.delivery import manifest, tree
from signatures.delivery.build import CHECKING, LETTERS, SUMS, TABLES, VOLUMES, build
from signatures.delivery.bundle import file_sha256
from signatures.delivery.freeze import freeze
from signatures.delivery.models import Delivery, State
from signatures.delivery.problems import BuildProblem, Problem
from signatures.delivery.verify import verify
from signatures.delivery.workers import refused

FREEZING = "freezing"
WAITING = "waiting"
VERIFYING = "verifying"

# What the admin shows for Delivery.step.
STEPS = {
    FREEZING: _("freezing"),
    WAITING: _("waiting for the worker"),
    CHECKING: _("checking the bundle"),
    VOLUMES: _("printing the signature book"),
    TABLES: _("writing the tables"),
    LETTERS: _("writing the letters"),
    SUMS: _("adding up the files"),
    VERIFYING: _("verifying everything"),
}
UNEXPECTED = gettext_noop("A fault of this program stopped it; the worker's log says more.")
WRONG_KEY = gettext_noop("The delivery key on this server is no key: %(reason)s.")
NOT_RIGHT = gettext_noop("The finished folder is not right: %(finding)s")


class Stopped(Exception):
    """The worker is to end."""


def freeze_planned(*, delivery_id: int, by_id: int, language: str) -> None:
    """Freeze a delivery for a member of staff; where that fails it stays planned, with the fault in words."""
    delivery = Delivery.objects.select_related("petition").get(pk=delivery_id)
    if delivery.state != State.PLANNED:
        return
    try:
        freeze(
            petition=delivery.petition, by=User.objects.filter(pk=by_id).first(), planned=delivery, needs_approval=True
        )
    except Exception as error:
        _give_back(delivery, error, language, State.PLANNED)
    else:
        Delivery.objects.filter(pk=delivery_id).update(step="", fault="")


def build_frozen(*, delivery_id: int, language: str, should_stop: Callable[[], bool]) -> bool:
    """Build a delivery's folder from its bundle and verify it; where that fails it is frozen again, with the fault in
    words. False where it was told to stop: then it goes on when it is called again."""
    delivery = Delivery.objects.select_related("petition").get(pk=delivery_id)
    if delivery.state != State.BUILDING:
        return True

    def progress(step: str, done: int, total: int) -> None:
        if should_stop():
            raise Stopped
        Delivery.objects.filter(pk=delivery_id).update(step=step, done=done, total=total)

    try:
        root = build(
            delivery.bundle,
            delivery.folder,
            keys=seal.keys_at_hand("DELIVERY_PRIVATE_KEY"),
            progress=progress,
        )
        progress(VERIFYING, 0, 1)
        findings = verify(delivery.folder)
        if findings:
            raise BuildProblem(NOT_RIGHT, finding=findings[0])
    except Stopped:
        return False
    except Exception as error:
        _give_back(delivery, error, language, State.FROZEN)
    else:
        record_built(
            slug=delivery.petition.slug,
            ordinal=delivery.ordinal,
            frozen_at=delivery.frozen_at,
            root=root,
            folder=delivery.folder,
        )
    return True


def _give_back(delivery: Delivery, error: Exception, language: str, state: State) -> None:
    """Leave a delivery in a state from which the stage can be asked for again. What is no known problem goes on."""
    with translation.override(language):
        fault = _in_words(error)
    Delivery.objects.filter(pk=delivery.pk).update(state=state, step="", done=0, total=0, fault=fault)
    if not isinstance(error, Problem | OSError | seal.KeyProblem):
        raise error


def _in_words(error: Exception) -> str:
    if isinstance(error, Problem):
        return error.translated()
    if isinstance(error, OSError):
        return refused(error).translated()
    if isinstance(error, seal.KeyProblem):
        return BuildProblem(WRONG_KEY, reason=error).translated()
    return translation.gettext(UNEXPECTED)


def record_begun(*, slug: str, ordinal: int, frozen_at: datetime.datetime | None) -> None:
    """On record as an act of the system: a build from the shell."""
    delivery = Delivery.objects.filter(petition__slug=slug, ordinal=ordinal, frozen_at=frozen_at).first()
    if delivery is not None:
        audit.record(by=None, act="build", target=delivery)


@transaction.atomic
def record_built(*, slug: str, ordinal: int, frozen_at: datetime.datetime | None, root: str, folder: Path) -> bool:
    """A delivery that was frozen at that moment is built into `folder`, and this is its root; its tree is kept. False
    where there is none such. NotNow where the tree is not that of what was frozen."""
    rows = Delivery.objects.filter(petition__slug=slug, ordinal=ordinal, frozen_at=frozen_at)
    delivery = rows.filter(state__in=[State.FROZEN, State.BUILDING]).select_for_update(of=["self"]).first()
    if delivery is None:
        return False
    delivery.state, delivery.root, delivery.step, delivery.fault = State.BUILT, root, "", ""
    delivery.manifest_sha256, delivery.done = file_sha256(folder / manifest.NAME), delivery.total
    delivery.signed_by = manifest.read(folder)["signed_by"] or ""
    delivery.save(update_fields=["state", "root", "manifest_sha256", "signed_by", "step", "fault", "done"])
    tree.keep(delivery=delivery, leaves=folder / manifest.LEAVES, root=root)
    audit.record(by=None, act="built", target=delivery, detail={"root": root})
    return True
