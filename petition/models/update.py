from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from petition.models.petition import ascii_slug

MORE = "<!-- more -->"


class Tag(models.Model):
    slug = models.CharField(_("address"), max_length=80, unique=True, validators=[ascii_slug])
    name_km = models.CharField(_("name in Khmer"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name_km if get_language() == "km" else self.name_en


class Update(models.Model):
    """A dated piece of news. Bodies are Markdown; what stands before MORE is the lead that lists show."""

    petition = models.ForeignKey(
        "petition.Petition", models.PROTECT, related_name="updates", verbose_name=_("petition")
    )
    slug = models.CharField(_("address"), max_length=120, validators=[ascii_slug])
    published_on = models.DateField(_("date"))
    is_published = models.BooleanField(_("published"), default=False)
    title_km = models.CharField(_("title in Khmer"), max_length=300)
    title_en = models.CharField(_("title in English"), max_length=300)
    body_km = models.TextField(_("text in Khmer"))
    body_en = models.TextField(_("text in English"))
    byline = models.CharField(_("byline"), max_length=120, blank=True)
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), blank=True, related_name="updates")

    class Meta:
        verbose_name = _("update")
        verbose_name_plural = _("updates")
        ordering = ["-published_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["petition", "slug"], name="update_slug_once_a_petition"),
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$"), name="update_slug_is_ascii_words"
            ),
        ]
        indexes = [models.Index(fields=["petition", "-published_on", "-id"], name="update_newest_first")]

    def __str__(self) -> str:
        return self.title_km if get_language() == "km" else self.title_en

    def get_absolute_url(self) -> str:
        return reverse("update", args=[self.petition.slug, self.slug])

    def _body(self) -> str:
        return self.body_km if get_language() == "km" else self.body_en

    @property
    def lead(self) -> str:
        return self._body().partition(MORE)[0].strip()

    @property
    def has_more(self) -> bool:
        return bool(self._body().partition(MORE)[2].strip())

    @property
    def body(self) -> str:
        return self._body().replace(MORE, "")
