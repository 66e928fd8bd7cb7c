from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignaturesConfig(AppConfig):
    name = "signatures"
    verbose_name = _("Signatures")

    def ready(self) -> None:
        from django.core import checks

        from petition import approvals, startup, switches, timeline
        from petition.models import petition
        from petition.models.switch import Name
        from signatures import keycheck, queries, retention, tasks

        checks.register(keycheck.check, startup.START, deploy=True)
        # The target is the new public key, by its fingerprint: "delivery_key:3f2a51c09be8d714".
        approvals.kinds["rotate_key"] = approvals.Kind(_("register a new sealing key"), "petition.rotate_key")
        approvals.on_asked.append(tasks.tell_who_may_allow)
        petition.stays_ended.append(retention.has_forgotten)
        timeline.sources.append(queries.milestones_reached)
        switches.when_off[Name.HOLD_MAIL] = [tasks.release_held_mail]
