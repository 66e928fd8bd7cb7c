from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignaturesConfig(AppConfig):
    name = "signatures"
    verbose_name = _("Signatures")

    def ready(self) -> None:
        from petition import timeline
        from petition.models import petition
        from signatures import queries, retention

        petition.stays_ended.append(retention.has_forgotten)
        timeline.sources.append(queries.milestones_reached)
