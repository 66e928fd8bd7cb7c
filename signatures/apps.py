from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignaturesConfig(AppConfig):
    name = "signatures"
    verbose_name = _("Signatures")

    def ready(self) -> None:
        from petition import switches, timeline
        from petition.models.switch import Name
        from signatures import queries, tasks

        timeline.sources.append(queries.milestones_reached)
        switches.when_off[Name.HOLD_MAIL] = [tasks.release_held_mail]
