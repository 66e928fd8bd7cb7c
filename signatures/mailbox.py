"""The canonical form of an e-mail address: two spellings of one mailbox become the same text."""

from __future__ import annotations

import time

from signatures.models import MailboxRule

RULES_SECONDS = 30  # a rule that staff change is in force everywhere after this

_rules: dict[str, tuple[bool, str]] = {}
_read_at = float("-inf")


def _current_rules() -> dict[str, tuple[bool, str]]:
    global _rules, _read_at
    if time.monotonic() - _read_at > RULES_SECONDS:
        _rules = {r.domain: (r.ignores_dots, r.same_as) for r in MailboxRule.objects.all()}
        _read_at = time.monotonic()
    return _rules


def forget_rules() -> None:
    """Read the rules anew at the next address: after a rule was edited in this process."""
    global _read_at
    _read_at = float("-inf")


def apply(email: str, rules: dict[str, tuple[bool, str]]) -> str:
    """Lower case, the domain in its ASCII form, `+tag` dropped, dots dropped where the provider ignores them.

    `rules` maps a domain to (ignores dots, same as). Raises ValueError where the domain has no ASCII form.
    """
    local, _, domain = email.strip().lower().rpartition("@")
    domain = domain.encode("idna").decode()
    ignores_dots, same_as = rules.get(domain, (False, ""))
    local = local.partition("+")[0] or local
    if ignores_dots:
        local = local.replace(".", "")
    return f"{local}@{same_as or domain}"


def canonical(email: str) -> str:
    """The canonical form by the rules that staff keep."""
    return apply(email, _current_rules())
