from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class PetitionConfig(AppConfig):
    name = "petition"
    verbose_name = _("Petition")


class SiteAdminConfig(AdminConfig):
    default_site = "petition.staff.StaffSite"
