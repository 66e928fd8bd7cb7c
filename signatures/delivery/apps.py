from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    name = "signatures.delivery"
    label = "delivery"
    verbose_name = _("Delivery")

    def ready(self) -> None:
        from petition import approvals, loader, timeline
        from petition.views import pages
        from signatures import erasure, frozen, retention
        from signatures.delivery import defaults, keeping, loading, public, second_person
        from signatures.views import api

        approvals.kinds |= second_person.KINDS
        frozen.sources.append(public.frozen)
        erasure.delivery_files.append(keeping.destroy_files)
        retention.acknowledged.append(public.acknowledged_on)
        loader.sections["deliveries"] = loading.load_deliveries
        loader.sections["letters"] = defaults.load_letters
        api.sections["deliveries"] = public.deliveries
        pages.sections["handover"] = public.handover
        timeline.sources.append(public.events)
