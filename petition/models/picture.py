from __future__ import annotations

import re

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

SMALL_WIDTH = 800  # pixels; enough for a phone's screen

FILE_NAME = re.compile(r"[0-9a-f]{64}-[0-9]{1,4}\.webp")


def file_name(digest: str, width: int) -> str:
    return f"{digest}-{width}.webp"


class UpdatePicture(models.Model):
    """A picture of an update, as petition/pictures.py made it. Its files are named by the SHA-256 of the larger one."""

    update = models.ForeignKey("petition.Update", models.CASCADE, related_name="pictures", verbose_name=_("update"))
    number = models.PositiveSmallIntegerField(_("number"), editable=False)
    digest = models.CharField(max_length=64, editable=False)
    width = models.PositiveSmallIntegerField(editable=False)  # of the larger file, in pixels
    height = models.PositiveSmallIntegerField(editable=False)
    alt_km = models.CharField(_("description in Khmer"), max_length=300, blank=True)
    alt_en = models.CharField(_("description in English"), max_length=300, blank=True)
    caption_km = models.CharField(_("caption in Khmer"), max_length=300, blank=True)
    caption_en = models.CharField(_("caption in English"), max_length=300, blank=True)
    credit = models.CharField(_("photographer"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["update", "number"]
        default_permissions = ()  # a part of its update: who may change that may change its pictures
        indexes = [models.Index(fields=["digest"], name="picture_by_digest")]
        constraints = [
            models.UniqueConstraint(fields=["update", "number"], name="picture_number_once_an_update"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="picture_digest_is_sha256"),
            models.CheckConstraint(
                condition=Q(number__gte=1) & Q(width__gte=1) & Q(height__gte=1), name="picture_has_number_and_size"
            ),
            models.CheckConstraint(
                condition=Q(alt_km__regex=r"\S") | Q(alt_en__regex=r"\S"),
                name="picture_is_described",
                violation_error_message=_("Describe the picture for those who cannot see it."),
            ),
        ]

    def __str__(self) -> str:
        return f"![]({self.number})"

    @property
    def files(self) -> dict[int, str]:
        """The names of its files by their width in pixels, the smallest first."""
        return {width: file_name(self.digest, width) for width in sorted({min(self.width, SMALL_WIDTH), self.width})}

    def words(self, field: str) -> tuple[str, str]:
        """`alt` or `caption` in the reader's language, else in the other, and which of them it is: "km" or "en"."""
        reader, other = ("km", "en") if get_language() == "km" else ("en", "km")
        written = getattr(self, f"{field}_{reader}")
        return (written, reader) if written else (getattr(self, f"{field}_{other}"), other)
