from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from signatures.delivery.models.packet import Packet


class FetchLink(models.Model):
    """An address under which one packet can be fetched without an account, for a time and some times. The address is a
    random token, of which only a hash is kept; by itself it opens nothing: what it gives is encrypted to the key that
    stands here, or to the passphrase that is asked for and of which there is only a hash."""

    SHORTEST, LONGEST = datetime.timedelta(hours=1), datetime.timedelta(days=14)
    MOST_TRIES = 10  # of a wrong passphrase, then the link is dead
    MOST_FETCHES = 20

    packet = models.ForeignKey(Packet, models.PROTECT, related_name="links", verbose_name=_("packet"))
    token_hash = models.BinaryField(unique=True, editable=False)
    made_at = models.DateTimeField(_("made"))
    made_by = models.CharField(_("made by"), max_length=150)
    expires_at = models.DateTimeField(_("until"))
    age_key = models.CharField(_("age key"), max_length=1000, blank=True)
    passphrase_hash = models.CharField(max_length=128, blank=True, editable=False)
    most = models.PositiveSmallIntegerField(_("downloads at most"), default=3)
    fetched = models.PositiveSmallIntegerField(_("downloads"), default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    revoked_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("link to fetch")
        verbose_name_plural = _("links to fetch")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gte=models.F("made_at") + datetime.timedelta(hours=1))
                & Q(expires_at__lte=models.F("made_at") + datetime.timedelta(days=14)),
                name="link_lives_for_a_time",
            ),
            # The link alone opens nothing.
            models.CheckConstraint(
                condition=Q(age_key="", passphrase_hash__gt="") | Q(age_key__gt="", passphrase_hash=""),
                name="link_is_locked_one_way",
            ),
            models.CheckConstraint(
                condition=Q(most__gte=1, most__lte=20, fetched__lte=models.F("most")), name="link_fetched_so_often"
            ),
            models.CheckConstraint(condition=Q(tries__lte=10), name="link_tried_so_often"),
        ]

    def __str__(self) -> str:
        return str(self.packet)


class Fetch(models.Model):
    """That a packet was fetched: by one of the staff, by a link, or from the shell where it was neither. Every copy has
    a mark of its own. `size` in bytes is there once all of it was sent."""

    packet = models.ForeignKey(Packet, models.PROTECT, related_name="fetches", verbose_name=_("packet"))
    mark = models.CharField(_("mark"), max_length=16, unique=True)
    at = models.DateTimeField(_("fetched"))
    by = models.CharField(_("by"), max_length=150, blank=True)
    link = models.ForeignKey(
        FetchLink, models.PROTECT, null=True, related_name="fetches", verbose_name=_("link to fetch")
    )
    is_encrypted = models.BooleanField(_("encrypted"))
    size = models.BigIntegerField(_("bytes"), null=True)

    class Meta:
        verbose_name = _("fetched copy")
        verbose_name_plural = _("fetched copies")
        ordering = ["-id"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(condition=Q(mark__regex=r"^[0-9a-f]{16}$"), name="fetch_mark_is_64_bits"),
            models.CheckConstraint(condition=Q(by="") | Q(link=None), name="fetch_by_staff_or_by_a_link"),
            # What a link gives is never open.
            models.CheckConstraint(condition=Q(link=None) | Q(is_encrypted=True), name="fetch_by_link_is_encrypted"),
        ]

    def __str__(self) -> str:
        return str(self.packet)

    @property
    def number(self) -> str:
        """The mark as it stands at the foot of the pages."""
        return "-".join(self.mark[i : i + 4] for i in range(0, 16, 4))
