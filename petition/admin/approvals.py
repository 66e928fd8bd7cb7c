"""The page of what needs two people: what waits, who asks and why; and the form that asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from petition import approvals
from petition.admin import words
from petition.models import Approval
from petition.reauth import confirmed_lately

LIST = "admin:petition_approval_changelist"
CARRIED_OUT = {
    "allow": (approvals.allow, _("It is allowed. Who asked can do it now.")),
    "refuse": (approvals.refuse, _("It is refused.")),
    "withdraw": (approvals.withdraw, _("It is taken back.")),
}


class InWords(NamedTuple):
    """A request as the page tells it; `url` is where who asked goes on."""

    request: Approval
    what: Any
    target: str
    url: str
    is_mine: bool
    may_decide: bool


def _rows(kind: approvals.Kind | None, pks: list[str]) -> dict[str, Any]:
    if kind is None or kind.rows is None:
        return {}
    return {str(row.pk): row for row in kind.rows().filter(pk__in=[pk for pk in pks if pk.isdigit()])}


def in_words(requests: list[Approval], user: Any) -> list[InWords]:
    """Each with its target as it is called, looked up once a kind."""
    kinds = {row.kind: approvals.kinds.get(row.kind) for row in requests}
    found = {
        name: _rows(kind, [row.target.partition(":")[2] for row in requests if row.kind == name])
        for name, kind in kinds.items()
    }
    told = []
    for row in requests:
        kind, target = kinds[row.kind], found[row.kind].get(row.target.partition(":")[2])
        is_mine = row.asked_by_id == user.pk
        told.append(
            InWords(
                row,
                kind.label if kind else row.kind,
                str(target or words.target(row.target)),
                _url(target) if is_mine and target else "",
                is_mine,
                kind is not None and not is_mine and approvals.may_allow(kind, user),
            )
        )
    return told


def _url(target: Any) -> str:
    return reverse(f"admin:{target._meta.app_label}_{target._meta.model_name}_change", args=[target.pk])


def concerns(user: Any) -> bool:
    """Who may do, or allow, any of what needs two people."""
    return any(approvals.may_allow(kind, user) for kind in approvals.kinds.values())


class AskForm(forms.Form):
    why = forms.CharField(
        label=_("Why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
        help_text=_("For the person who decides. Write nothing of a signer here."),
    )


def _target(request: HttpRequest, kind: approvals.Kind) -> Any:
    """The row or the word that the address names, checked."""
    name = request.GET.get("target", "")
    label, _colon, pk = name.partition(":")
    if kind.rows is None:
        if label not in words.TARGETS or len(name) > 200:
            raise Http404
        return name
    rows = kind.rows()
    if label != rows.model._meta.label_lower or not pk.isdigit():
        raise Http404
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_lately
def ask(request: HttpRequest) -> HttpResponse:
    name = request.GET.get("kind", "")
    if name not in approvals.kinds:
        raise Http404
    kind = approvals.kinds[name]
    if not approvals.may_do(kind, request.user):
        raise PermissionDenied
    target = _target(request, kind)
    form = AskForm(request.POST or None)
    if form.is_valid():
        try:
            approvals.ask(kind=name, target=target, why=form.cleaned_data["why"], by=request.user)
            messages.success(request, _("It is asked for. Another person can allow it for 24 hours."))
        except approvals.NotAllowed as problem:
            messages.error(request, str(problem))
        return redirect(LIST)
    context = {
        **admin.site.each_context(request),
        "title": _("Ask a second person"),
        "opts": Approval._meta,
        "form": form,
        "what": kind.label,
        "target": words.target(target) if isinstance(target, str) else target,
        "standing": approvals.standing(kind=name, target=target, by=request.user),
    }
    return render(request, "admin/petition/approval/ask.html", context, status=422 if form.errors else 200)


def _decide(act: str) -> Callable[..., HttpResponse]:
    verb, done = CARRIED_OUT[act]

    @require_POST
    @confirmed_lately
    def decide(request: HttpRequest, pk: int) -> HttpResponse:
        if not concerns(request.user):
            raise PermissionDenied
        approval = get_object_or_404(Approval, pk=pk)
        try:
            verb(approval=approval, by=request.user)
            messages.success(request, done)
        except approvals.NotAllowed as problem:
            messages.error(request, str(problem))
        return redirect(LIST)

    return decide


@admin.register(Approval)
class ApprovalAdmin(admin.ModelAdmin):
    """What is open, or allowed and not run out. What is over stands in the audit trail."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": capfirst(self.opts.verbose_name_plural),
            "opts": self.opts,
            "requests": in_words(list(approvals.open_requests()), request.user),
            "states": Approval.State,
        }
        return render(request, "admin/petition/approval/list.html", context)

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        own = [path("ask/", guard(ask), name="petition_approval_ask")]
        own += [path(f"<int:pk>/{act}/", guard(_decide(act)), name=f"petition_approval_{act}") for act in CARRIED_OUT]
        return [*own, path("", guard(self.changelist_view), name="petition_approval_changelist")]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return concerns(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Approval | None = None) -> bool:
        return concerns(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Approval | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Approval | None = None) -> bool:
        return False
