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
        from signatures.delivery import keeping, records, second_person
        from signatures.views import api

        approvals.kinds |= second_person.KINDS
        frozen.sources.append(records.frozen)
        erasure.delivery_files.append(keeping.destroy_files)
        retention.acknowledged.append(records.acknowledged_on)
        loader.sections["deliveries"] = records.load_deliveries
        loader.sections["letters"] = records.load_letters
        api.sections["deliveries"] = records.public_deliveries
        pages.sections["handover"] = records.handover
        timeline.sources.append(records.hand_overs)
        timeline.sources.append(records.answers)
