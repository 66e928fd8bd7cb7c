from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignaturesConfig(AppConfig):
    name = "signatures"
    verbose_name = _("Signatures")

    def ready(self) -> None:
        from django.core import checks

        from petition import startup, timeline
        from signatures import keycheck, queries

        checks.register(keycheck.check, startup.START, deploy=True)
        timeline.sources.append(queries.milestones_reached)
