"""Observers' samples: the draw, the form to print, what was found line by line, and what follows for the public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from petition.admin import columns
from petition.templatetags import language
from signatures.admin import pages
from signatures.delivery import sample_form, samples
from signatures.delivery.admin.sample_forms import DrawForm, RowForm
from signatures.delivery.models import Delivery, Sample, SampleRow
from signatures.delivery.problems import NotNow

ROWS = 100  # on one page, each with four fields: Django takes 1,000 of them
ACTS: dict[str, Callable[..., None]] = {"publish": samples.publish, "unpublish": samples.unpublish}


def _sample(pk: int) -> Sample:
    return get_object_or_404(Sample.objects.select_related("delivery__petition"), pk=pk)


@pages.needs("delivery.add_sample")
@require_http_methods(["GET", "HEAD", "POST"])
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Says how a seed comes about; the POST draws the lines of delivery `pk`."""
    delivery = get_object_or_404(Delivery.objects.select_related("petition"), pk=pk)
    if delivery.confirmed is None:
        messages.error(request, _("Only of a delivery that was frozen here can lines be drawn."))
        return redirect("admin:delivery_delivery_change", pk)
    form = DrawForm(request.POST if request.method == "POST" else None, delivery=delivery)
    if form.is_valid():
        try:
            sample = samples.draw(delivery=delivery, by=request.user, **{"root": delivery.root, **form.cleaned_data})
            return redirect("admin:delivery_sample_change", sample.pk)
        except NotNow as problem:
            form.add_error(None, problem.translated())
    context = pages.context(
        request,
        _("Draw lines for an observer"),
        opts=Sample._meta,
        delivery=delivery,
        form=form,
        drawn=delivery.samples.order_by("pk"),
    )
    return render(request, "admin/delivery/sample/draw.html", context, status=422 if form.errors else 200)


@pages.needs("delivery.view_sample")
@require_http_methods(["GET", "HEAD", "POST"])
def rows(request: HttpRequest, pk: int) -> HttpResponse:
    """A page of the drawn lines and what was found of them. The POST saves every line that is right as it was typed,
    and shows the others again."""
    sample = _sample(pk)
    part = Paginator(list(zip(sample.rows.all(), samples.places(sample), strict=True)), ROWS).get_page(
        request.GET.get("part")
    )
    is_sent = request.method == "POST"
    if is_sent and not request.user.has_perm("delivery.change_sample"):
        raise PermissionDenied
    forms = [RowForm(request.POST if is_sent else None, row=row, place=place) for row, place in part]
    wrong = [form for form in forms if is_sent and form.has_changed() and not form.is_valid()]
    if is_sent:
        _save(request, sample, forms)
        if not wrong:
            return redirect(f"{request.path}?part={part.number}")
    context = pages.context(
        request, str(sample), opts=Sample._meta, sample=sample, part=part, forms=forms, wrong=wrong,
        outcomes=SampleRow.Outcome.choices, standing=samples.standing(sample),
    )  # fmt: skip
    return render(request, "admin/delivery/sample/rows.html", context, status=422 if wrong else 200)


def _save(request: HttpRequest, sample: Sample, forms: list[RowForm]) -> None:
    """Those that are right; the page then has them as they are stored."""
    right = [form for form in forms if form.has_changed() and form.is_valid()]
    found = {form.row.number: form.found for form in right}
    if not found:
        return
    try:
        samples.record(sample=sample, found=found, by=request.user)
    except NotNow as problem:
        messages.error(request, problem.translated())
        return
    for form in right:
        form.row.outcome, form.row.note = form.found
    said = ngettext("%(n)s line is saved.", "%(n)s lines are saved.", len(found))
    messages.success(request, said % {"n": language.number(len(found))})


@pages.needs("delivery.view_sample")
@require_safe
def form(request: HttpRequest, pk: int) -> HttpResponse:
    """The form to be filled in by hand."""
    sample = _sample(pk)
    delivery, petition = sample.delivery, sample.delivery.petition
    content = sample_form.form_pdf(
        petition={
            "title": {"km": petition.title_km, "en": petition.title_en},
            "organiser": {"km": petition.organiser_km, "en": petition.organiser_en},
        },
        ordinal=delivery.ordinal,
        frozen_at=delivery.frozen_at,
        root=sample.root,
        seed=sample.seed,
        total=sample.total,
        found=samples.places(sample),
    )
    return pages.pdf(content, f"sample-{sample.pk}")


@pages.needs("delivery.change_sample")
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """`act` is what the pressed button says: a word of ACTS."""
    sample = _sample(pk)
    verb = ACTS.get(request.POST.get("act", ""))
    if verb is not None:
        try:
            verb(sample=sample, by=request.user)
        except NotNow as problem:
            messages.error(request, problem.translated())
    return redirect("admin:delivery_sample_change", pk)


@admin.register(Sample)
class SampleAdmin(admin.ModelAdmin):
    """The list. One is drawn from its delivery's page; nobody changes or deletes one."""

    list_display = (
        "number",
        "delivery",
        "seed",
        columns.number("size", gettext_lazy("lines drawn")),
        "drawn_by",
        columns.moment("made_at", gettext_lazy("drawn at")),
        columns.truth("is_published", gettext_lazy("published")),
    )
    list_display_links = None
    list_filter = ("delivery",)
    list_select_related = ("delivery__petition",)
    show_facets = admin.ShowFacets.NEVER
    actions = None

    @admin.display(description=gettext_lazy("number"), ordering="pk")
    def number(self, row: Sample) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("admin:delivery_sample_change", args=[row.pk]), row)

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("draw/<int:pk>/", draw, name="delivery_delivery_sample"),
            path("<int:pk>/change/", rows, name="delivery_sample_change"),
            path("<int:pk>/form.pdf", form, name="delivery_sample_form"),
            path("<int:pk>/act/", act, name="delivery_sample_act"),
        ]
        return [*own, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
