"""The canonical form of an e-mail address: two spellings of one mailbox become the same text."""

from __future__ import annotations

from signatures.models import MailboxRule
from signatures.remembered import Remembered

Rules = dict[str, tuple[bool, str]]  # a domain to (ignores dots, same as)


def _read_rules() -> Rules:
    return {rule.domain: (rule.ignores_dots, rule.same_as) for rule in MailboxRule.objects.all()}


_rules = Remembered(_read_rules)
forget_rules = _rules.forget


def apply(email: str, rules: Rules) -> str:
    """Lower case, the domain in its ASCII form, `+tag` dropped, dots dropped where the provider ignores them.

    Raises ValueError where the domain has no ASCII form.
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
    return apply(email, _rules.get())
