"""The day itself: a delivery's packets with the state of each, what comes next, and acts on many at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from petition.admin import keyset
from petition.models.recipient import Discloses
from petition.reauth import confirmed_lately
from petition.templatetags.language import number
from signatures.admin import pages
from signatures.delivery import daypapers, embargo, records
from signatures.delivery.admin.forms import FIELDS, EmbargoForm, StepForm
from signatures.delivery.models import STEP_DAYS, Channel, Delivery, Packet, State, Step
from signatures.delivery.problems import NotNow
from signatures.models import Mailing

VERBS: dict[Step, Callable[..., records.Outcome]] = {
    Step.APPROVED: records.approve,
    Step.PRINTED: records.mark_printed,
    Step.SENT: records.send,
    Step.HANDED_OVER: records.hand_over,
    Step.ACKNOWLEDGED: records.acknowledge,
}
LABELS = {
    Step.APPROVED: gettext_lazy("Approve …"),
    Step.PRINTED: gettext_lazy("Printed …"),
    Step.SENT: gettext_lazy("Sent …"),
    Step.HANDED_OVER: gettext_lazy("Handed over …"),
    Step.ACKNOWLEDGED: gettext_lazy("Acknowledged …"),
    Step.ANSWERED: gettext_lazy("Answer …"),
}
TITLES = {
    Step.APPROVED: gettext_lazy("Approve packets"),
    Step.PRINTED: gettext_lazy("Packets that are printed"),
    Step.SENT: gettext_lazy("Packets that are sent"),
    Step.HANDED_OVER: gettext_lazy("Packets that are handed over"),
    Step.ACKNOWLEDGED: gettext_lazy("Packets that are acknowledged"),
}
# For another way or for one who skips a step there are the ticks.
OFFERED = {
    Step.DRAFTED: [Step.APPROVED],
    Step.APPROVED: [Step.PRINTED],
    Step.PRINTED: [Step.SENT, Step.HANDED_OVER],
    Step.SENT: [Step.HANDED_OVER, Step.ACKNOWLEDGED],
    Step.HANDED_OVER: [Step.ACKNOWLEDGED, Step.ANSWERED],
    Step.ACKNOWLEDGED: [Step.ANSWERED],
    Step.ANSWERED: [],
}


class Mark(NamedTuple):
    """A step of a packet on the board."""

    step: Step
    on: Any  # day or None
    is_here: bool


class Card(NamedTuple):
    packet: Packet
    marks: list[Mark]
    acts: list[tuple[Step, Any]]


def _delivery(pk: int) -> Delivery:
    return get_object_or_404(Delivery.objects.select_related("petition", "announcement", "mailing_by"), pk=pk)


def _day(packet: Packet, step: Step) -> Any:
    return getattr(packet, STEP_DAYS[step]) if step in STEP_DAYS else None


def _card(packet: Packet, is_open: bool) -> Card:
    here = packet.step
    marks = [Mark(step, _day(packet, step), step == here) for step in Step]
    return Card(packet, marks, [(step, LABELS[step]) for step in OFFERED[here]] if is_open else [])


def _chosen(packets: list[Packet], asked: QueryDict) -> list[Packet]:
    """As the filters say; what no filter knows is not asked for."""
    wanted = {name: value for name in ("state", "channel") if (value := asked.get(name))}
    rows = [packet for packet in packets if all(getattr(packet, name) == value for name, value in wanted.items())]
    receives = asked.get("discloses")
    return [packet for packet in rows if not receives or packet.recipient.discloses == receives]


def _mailing(delivery: Delivery) -> Mailing | None:
    return Mailing.objects.filter(update=delivery.announcement_id).first() if delivery.announcement_id else None


@pages.needs("delivery.view_packet")
@require_safe
def board(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = _delivery(pk)
    packets = list(delivery.packets.select_related("recipient"))
    for packet in packets:
        packet.delivery = delivery
    counted = Counter(packet.step for packet in packets)
    is_open = delivery.state in (State.FROZEN, State.BUILT, State.HANDED_OVER)
    context = pages.context(
        request,
        _("The day of the delivery"),
        subtitle=str(delivery),
        opts=Delivery._meta,
        delivery=delivery,
        cards=[_card(packet, is_open) for packet in _chosen(packets, request.GET)],
        counts=[(step, counted[step]) for step in Step],
        acts=[(step, LABELS[step]) for step in VERBS] if is_open else [],
        ticked=request.GET.get("tick") == "all",
        asked=request.GET,
        filters=[
            ("state", _("state"), Step.choices),
            ("discloses", _("receives"), Discloses.choices),
            ("channel", _("how"), Channel.choices),
        ],
        is_secret=delivery.is_secret(timezone.now()),
        is_built_here=delivery.state != State.FROZEN,
        mailing=_mailing(delivery),
    )
    return render(request, "admin/delivery/delivery/board.html", context)


def _asked(request: HttpRequest, delivery: Delivery) -> tuple[Step | None, list[Packet]]:
    """The step and the packets that are asked for; what is no number was not sent by our page."""
    sent = request.POST if request.method == "POST" else request.GET
    step = next((step for step in FIELDS if step == sent.get("act")), None)
    numbers = [found for text in sent.getlist("packet")[: pages.MOST] if (found := keyset.number(text)) is not None]
    packets = list(delivery.packets.filter(pk__in=numbers).select_related("recipient"))
    for packet in packets:
        packet.delivery = delivery
    return step, packets


@pages.needs("delivery.change_packet")
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Says for whom a step is recorded and for whom not; the POST records it, for all in one transaction."""
    delivery = _delivery(pk)
    act, packets = _asked(request, delivery)
    if act is None or not packets:
        messages.error(request, _("Tick at least one recipient first."))
        return redirect("admin:delivery_delivery_board", pk)
    able = [packet for packet in packets if packet.step in records.FROM[act]]
    form = StepForm(request.POST if request.method == "POST" else None, step=act, packets=able or packets)
    if form.is_valid():
        try:
            _tell(request, act, VERBS[act](packets=packets, by=request.user, **form.cleaned_data))
        except NotNow as problem:
            messages.error(request, problem.translated())
        return redirect("admin:delivery_delivery_board", pk)
    context = pages.context(
        request,
        TITLES[act],
        subtitle=str(delivery),
        opts=Delivery._meta,
        delivery=delivery,
        act=act,
        packets=packets,
        able=able,
        unable=[packet for packet in packets if packet not in able],
        form=form,
        is_built_here=delivery.state != State.FROZEN,
    )
    return render(request, "admin/delivery/delivery/step.html", context, status=422 if form.errors else 200)


def _tell(request: HttpRequest, act: Step, outcome: records.Outcome) -> None:
    if n := len(outcome.done):
        text = ngettext("%(n)s packet: %(state)s.", "%(n)s packets: %(state)s.", n)
        messages.success(request, text % {"n": number(n), "state": act.label})
    if outcome.refused:
        names = ", ".join(str(packet.recipient) for packet in outcome.refused)
        text = _("Not recorded, because the state or the day of an earlier step does not allow it: %(names)s")
        messages.error(request, text % {"names": names})


@pages.needs("delivery.change_delivery")
@require_http_methods(["GET", "HEAD", "POST"])
def hour(request: HttpRequest, pk: int) -> HttpResponse:
    """Until when nothing public tells of the delivery, and which update comes out then."""
    delivery = _delivery(pk)
    form = EmbargoForm(request.POST if request.method == "POST" else None, delivery=delivery)
    if form.is_valid():
        try:
            embargo.set_embargo(delivery=delivery, by=request.user, **form.cleaned_data)
            messages.success(request, _("The hour is recorded."))
        except NotNow as problem:
            messages.error(request, problem.translated())
        return redirect("admin:delivery_delivery_board", pk)
    context = pages.context(
        request, _("Secret until an hour"), subtitle=str(delivery), opts=Delivery._meta, delivery=delivery, form=form
    )
    return render(request, "admin/delivery/delivery/hour.html", context, status=422 if form.errors else 200)


@pages.needs(embargo.MAY_MAIL)
@require_POST
@confirmed_lately
def mail_at_the_hour(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        embargo.ask_mailing(delivery=_delivery(pk), by=request.user, wanted=request.POST.get("wanted") == "1")
    except NotNow as problem:
        messages.error(request, problem.translated())
    return redirect("admin:delivery_delivery_board", pk)


@pages.needs("delivery.view_packet")
@require_safe
def checklist(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = _delivery(pk)
    return pages.pdf(daypapers.checklist_pdf(delivery), f"{delivery.petition.slug}-{delivery.ordinal}-checklist")


@pages.needs("delivery.view_packet")
@require_safe
def labels(request: HttpRequest, pk: int) -> HttpResponse:
    """Sheets of address labels, or with `?paper=c4` an envelope a page."""
    delivery = _delivery(pk)
    paper = "c4" if request.GET.get("paper") == "c4" else "labels"
    return pages.pdf(
        daypapers.labels_pdf(delivery, paper=paper), f"{delivery.petition.slug}-{delivery.ordinal}-{paper}"
    )


def urls() -> list[URLPattern]:
    return [
        path("<int:pk>/board/", board, name="delivery_delivery_board"),
        path("<int:pk>/step/", step, name="delivery_delivery_step"),
        path("<int:pk>/hour/", hour, name="delivery_delivery_hour"),
        path("<int:pk>/mail-at-the-hour/", mail_at_the_hour, name="delivery_delivery_mail_at_the_hour"),
        path("<int:pk>/checklist.pdf", checklist, name="delivery_delivery_checklist"),
        path("<int:pk>/labels.pdf", labels, name="delivery_delivery_labels"),
    ]
