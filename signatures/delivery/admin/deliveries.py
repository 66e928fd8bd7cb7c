"""A delivery's own page: what it counts, its next step, and its packets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from petition import approvals
from petition.admin import columns, updates
from petition.admin.audited import StaffAdmin
from petition.reauth import confirmed_lately
from signatures import queries
from signatures.admin import pages
from signatures.delivery import embargo, keeping, second_person, stages, tasks
from signatures.delivery.admin import apart, board, letter_previews
from signatures.delivery.models import Delivery, State
from signatures.delivery.problems import NotNow

updates.keeps_hour.append(embargo.keeps_hour)

PLANNED_ON = columns.day("planned_on", _("planned for"))
CSV_BOM: Any = columns.of(Delivery._meta.get_field("csv_bom"))
REFRESH = 3  # seconds between two looks at a running step


def _delivery(pk: int) -> Delivery:
    return get_object_or_404(Delivery.objects.select_related("petition"), pk=pk)


@pages.needs("delivery.freeze_delivery")
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_lately
def freeze(request: HttpRequest, pk: int) -> HttpResponse:
    """Says what a freeze does; the POST asks the worker for it."""
    delivery = _delivery(pk)
    if request.method == "POST":
        try:
            tasks.request_freeze(delivery=delivery, by=request.user)
        except NotNow as problem:
            messages.error(request, problem.translated())
            return redirect("admin:delivery_delivery_change", pk)
        return redirect("admin:delivery_delivery_progress", pk)
    context = pages.context(
        request,
        _("Freeze the collection"),
        opts=Delivery._meta,
        delivery=delivery,
        count=queries.count(delivery.petition),
        recipients=delivery.petition.recipients.count(),
        letters_approval=second_person.letters_approval(delivery),
    )
    return render(request, "admin/delivery/delivery/freeze.html", context)


@pages.needs("delivery.build_delivery")
@require_POST
@confirmed_lately
def build(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        tasks.request_build(delivery=_delivery(pk), by=request.user)
    except NotNow as problem:
        messages.error(request, problem.translated())
    except approvals.NotAllowed as problem:
        messages.error(request, str(problem))
    else:
        return redirect("admin:delivery_delivery_progress", pk)
    return redirect("admin:delivery_delivery_change", pk)


@pages.needs("delivery.view_delivery")
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Looks again by itself until the step is over, and then leads back to the delivery."""
    delivery = _delivery(pk)
    if not delivery.step:
        return redirect("admin:delivery_delivery_change", pk)
    context = pages.context(
        request,
        _("In the making"),
        opts=Delivery._meta,
        delivery=delivery,
        step=stages.STEPS.get(delivery.step, delivery.step),
        seconds=REFRESH,
    )
    return render(request, "admin/delivery/delivery/progress.html", context)


def _standings(user: Any, delivery: Delivery) -> dict[str, Any]:
    """How it stands with what of a delivery needs two people, where this person could do it now."""
    has_packets = delivery.state in (State.BUILT, State.HANDED_OVER) and delivery.folder.is_dir()
    found: dict[str, Any] = {}
    if delivery.state == State.PLANNED:
        found["letters_approval"] = second_person.letters_approval(delivery)
        if not found["letters_approval"] and user.has_perm("delivery.change_lettertemplate"):
            found["letters_standing"] = approvals.standing(kind=second_person.LETTERS, target=delivery, by=user)
    if delivery.state == State.FROZEN and user.has_perm("delivery.build_delivery"):
        found["build_standing"] = approvals.standing(kind=second_person.BUILD, target=delivery, by=user)
    if has_packets and user.has_perm("delivery.fetch_packet"):
        found["fetch_standing"] = approvals.standing(kind=second_person.FETCH, target=delivery, by=user)
    return found


class DeliveryForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        petition = cleaned.get("petition")
        planned = Delivery.objects.filter(petition=petition, state=State.PLANNED)
        if self.instance.pk is None and petition and planned.exists():
            self.add_error("petition", _("This petition has a planned delivery already: that one comes first."))
        return cleaned


@admin.register(Delivery)
class DeliveryAdmin(StaffAdmin):
    form = DeliveryForm
    list_display = (
        "petition",
        columns.digits("ordinal", _("number")),
        PLANNED_ON,
        "state",
        columns.number("confirmed", _("signatures")),
    )
    list_filter = ("petition", "state")
    list_select_related = ("petition",)

    def get_fields(self, request: HttpRequest, obj: Delivery | None = None) -> Any:
        is_open = obj is None or obj.state == State.PLANNED
        own = ("planned_on", "csv_bom") if is_open else (PLANNED_ON, CSV_BOM)
        return ("petition", *own, ("note_km", "note_en"))

    def get_readonly_fields(self, request: HttpRequest, obj: Delivery | None = None) -> Any:
        if obj is None:
            return ()
        return [*super().get_readonly_fields(request, obj), "petition", PLANNED_ON, CSV_BOM]

    def save_model(self, request: HttpRequest, obj: Delivery, form: forms.ModelForm, change: bool) -> None:
        if not change:
            last = Delivery.objects.filter(petition=obj.petition).aggregate(last=Max("ordinal"))["last"] or 0
            obj.ordinal = last + 1
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Delivery | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("<int:pk>/freeze/", freeze, name="delivery_delivery_freeze"),
            path("<int:pk>/build/", build, name="delivery_delivery_build"),
            path("<int:pk>/bundle/", apart.bundle, name="delivery_delivery_bundle"),
            path("<int:pk>/register/", apart.register, name="delivery_delivery_register"),
            path("<int:pk>/progress/", progress, name="delivery_delivery_progress"),
            path("<int:pk>/letters/", letter_previews.all_letters, name="delivery_delivery_letters"),
            path(
                "<int:pk>/letters/<int:recipient>/<slug:language>/",
                letter_previews.one_letter,
                name="delivery_delivery_letter",
            ),
        ]
        return [*own, *board.urls(), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        delivery = self.get_object(request, object_id)
        if delivery is not None and self.has_view_permission(request, delivery):
            packets = delivery.packets.select_related("recipient")
            extra_context = {
                **(extra_context or {}),
                "packets": packets,
                "states": State,
                "step": stages.STEPS.get(delivery.step, delivery.step),
                "files_go_on": keeping.deleted_from(delivery),
                **_standings(request.user, delivery),
                **apart.standing(request.user, delivery),
            }
        return super().change_view(request, object_id, form_url, extra_context)
