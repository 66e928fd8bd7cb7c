from __future__ import annotations

import datetime
import re

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from petition.models.petition import ascii_slug
from petition.models.picture import UpdatePicture

MORE = "<!-- more -->"
LANGUAGES = ("km", "en")
PICTURE_PLACE = re.compile(r"!\[[^\]]*\]\((\d{1,4})\)")

NEEDED_TO_PUBLISH = _("Write it before publishing, or tick “publish in one language only”.")


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


class UpdateQuerySet(models.QuerySet["Update"]):
    def published(self) -> UpdateQuerySet:
        """Those that everyone may read now."""
        return self.filter(Q(publish_at__isnull=True) | Q(publish_at__lte=timezone.now()), is_published=True)

    def next_hour(self) -> datetime.datetime | None:
        """When the next of them will be published by itself."""
        coming = self.filter(is_published=True, publish_at__gt=timezone.now()).order_by("publish_at")
        return coming.values_list("publish_at", flat=True).first()

    def headlines(self) -> UpdateQuerySet:
        """Enough of each to link it by its title in either language: the texts stay in the database."""
        known = {f"has_{language}": _has_words(language) & ~_has_but_more(language) for language in LANGUAGES}
        return self.defer("body_km", "body_en").annotate(**known)


def _has_words(language: str) -> Q:
    return Q(**{f"title_{language}__regex": r"\S", f"body_{language}__regex": r"\S"})


def _has_but_more(language: str) -> Q:
    return Q(**{f"body_{language}__regex": rf"^\s*({MORE}\s*)*$"})


class Update(models.Model):
    """A dated piece of news. Bodies are Markdown; what stands before MORE is the lead that lists show, and `![](1)` is
    the update's first picture. A language is complete when it has a title and a text."""

    petition = models.ForeignKey(
        "petition.Petition", models.PROTECT, related_name="updates", verbose_name=_("petition")
    )
    slug = models.CharField(_("address"), max_length=120, validators=[ascii_slug])
    published_on = models.DateField(_("date"), help_text=_("The date that readers see."))
    is_published = models.BooleanField(_("published"), default=False)
    publish_at = models.DateTimeField(
        _("publish at"),
        null=True,
        blank=True,
        help_text=_("The time in Phnom Penh (UTC+7). Left empty, it is public as soon as “published” is ticked."),
    )
    in_one_language = models.BooleanField(
        _("publish in one language only"),
        default=False,
        help_text=_("Readers of the other language then see this one, and a note that says so."),
    )
    title_km = models.CharField(_("title in Khmer"), max_length=300, blank=True)
    title_en = models.CharField(_("title in English"), max_length=300, blank=True)
    body_km = models.TextField(_("text in Khmer"), blank=True)
    body_en = models.TextField(_("text in English"), blank=True)
    byline = models.CharField(_("byline"), max_length=120, blank=True)
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), blank=True, related_name="updates")
    # When organisers last changed its words or pictures; null: they stand as they were loaded.
    edited_at = models.DateTimeField(_("edited at"), null=True, editable=False)

    objects = UpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("update")
        verbose_name_plural = _("updates")
        ordering = ["-published_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["petition", "slug"], name="update_slug_once_a_petition"),
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$"), name="update_slug_is_ascii_words"
            ),
            models.CheckConstraint(
                condition=Q(is_published=False)
                | (_has_words("km") & _has_words("en"))
                | (Q(in_one_language=True) & (_has_words("km") | _has_words("en"))),
                name="update_public_in_both_languages_or_said_so",
                violation_error_message=NEEDED_TO_PUBLISH,
            ),
        ]
        indexes = [models.Index(fields=["petition", "-published_on", "-id"], name="update_newest_first")]

    def __str__(self) -> str:
        return self.title or self.title_km or self.title_en or self.slug

    def get_absolute_url(self) -> str:
        return reverse("update", args=[self.petition.slug, self.slug])

    def clean(self) -> None:
        missing = [name for language in LANGUAGES for name in self._missing(language)]
        enough = self.in_one_language and any(self.is_complete_in(language) for language in LANGUAGES)
        if self.is_published and missing and not enough:
            raise ValidationError(dict.fromkeys(missing, NEEDED_TO_PUBLISH))

    def _missing(self, language: str) -> list[str]:
        texts = {name: getattr(self, name) for name in (f"title_{language}", f"body_{language}")}
        return [name for name, words in texts.items() if not words.replace(MORE, "").strip()]

    def is_complete_in(self, language: str) -> bool:
        known = getattr(self, f"has_{language}", None)  # asked of the database by headlines()
        return not self._missing(language) if known is None else known

    @property
    def is_public(self) -> bool:
        """Whether published() has it; its petition may still be a draft."""
        return self.is_published and (self.publish_at is None or self.publish_at <= timezone.now())

    @property
    def language(self) -> str:
        """The language in which it is shown: the reader's, but where it is complete only in the other."""
        reader = "km" if get_language() == "km" else "en"
        other = "en" if reader == "km" else "km"
        return other if self.is_complete_in(other) and not self.is_complete_in(reader) else reader

    @property
    def title(self) -> str:
        return str(getattr(self, f"title_{self.language}"))

    def _body(self) -> str:
        return str(getattr(self, f"body_{self.language}"))

    @property
    def lead(self) -> str:
        return self._body().partition(MORE)[0].strip()

    @property
    def has_more(self) -> bool:
        return bool(self._body().partition(MORE)[2].strip())

    @property
    def body(self) -> str:
        return self._body().replace(MORE, "")

    @property
    def numbered_pictures(self) -> dict[str, UpdatePicture]:
        """By the number with which a text names each; none where it was never saved."""
        return {str(picture.number): picture for picture in self.pictures.all()} if self.pk else {}

    @property
    def first_picture(self) -> UpdatePicture | None:
        """The first picture that stands in the text."""
        pictures = self.numbered_pictures
        return next((pictures[number] for number in PICTURE_PLACE.findall(self._body()) if number in pictures), None)

    @property
    def changed_at(self) -> datetime.datetime:
        """The latest of its date (at noon), its publication and its last edit."""
        noon = timezone.make_aware(datetime.datetime.combine(self.published_on, datetime.time(12)))
        return max(moment for moment in (noon, self.publish_at, self.edited_at) if moment is not None)
