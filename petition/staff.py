from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class StaffSite(AdminSite):
    site_header = _("Hatthalekha, the committee's room")
    site_title = _("Hatthalekha")
    index_title = _("What is there to do")
    enable_nav_sidebar = False
