from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class Name(models.TextChoices):
    """The switches for the bad hour. The fields of petition.switches.Switches have the same names."""

    PAUSE_SIGNING = "pause_signing", _("Pause signing")
    REVIEW_EVERYTHING = "review_everything", _("Look at every signature first")
    ASK_FOR_WORK = "ask_for_work", _("Ask everyone for a little work")
    HOLD_MAIL = "hold_mail", _("Hold all mail")
    FALLBACK = "fallback", _("Show the copies of the pages")


class Switch(models.Model):
    """A switch that is on. Its name is the key, so it is on once; where there is no row, it is off."""

    name = models.CharField(_("switch"), max_length=17, primary_key=True, choices=Name)
    since = models.DateTimeField(_("since"), auto_now_add=True)
    by = models.CharField(_("by"), max_length=150)
    why = models.CharField(_("why"), max_length=200)

    class Meta:
        verbose_name = _("switch for a bad hour")
        verbose_name_plural = _("switches for a bad hour")
        default_permissions = ("view",)
        permissions = [("turn_switch", gettext_noop("Can turn the switches for a bad hour"))]
        constraints = [
            models.CheckConstraint(condition=Q(name__in=Name.values), name="switch_name_known"),
            models.CheckConstraint(condition=Q(by__gt="", why__gt=""), name="switch_says_who_and_why"),
        ]

    def __str__(self) -> str:
        return str(Name(self.name).label)
