from django.db import models
from django.db.models import Q


class CountByCountry(models.Model):
    """How many confirmed signatures a petition has in a country. Kept by sql/counts.sql; never written by Python but in
    `recount`. The sum over a petition is its count."""

    petition = models.ForeignKey("petition.Petition", models.CASCADE, related_name="counts_by_country")
    country = models.CharField(max_length=2)
    confirmed = models.IntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["petition", "country"], name="count_once_a_country"),
            models.CheckConstraint(condition=Q(confirmed__gte=0), name="count_country_not_negative"),
        ]


class CountByDay(models.Model):
    """The same by the day of the confirmation."""

    petition = models.ForeignKey("petition.Petition", models.CASCADE, related_name="counts_by_day")
    day = models.DateField()
    confirmed = models.IntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["petition", "day"], name="count_once_a_day"),
            models.CheckConstraint(condition=Q(confirmed__gte=0), name="count_day_not_negative"),
        ]


class CountByState(models.Model):
    """How many rows of an origin and a state a petition has: the sum of `rows` over the stripes. Kept by
    sql/state_counts.sql, each database connection on a stripe of its own; so one alone says nothing and may be below
    nought."""

    petition = models.ForeignKey("petition.Petition", models.CASCADE, related_name="counts_by_state", db_index=False)
    origin = models.CharField(max_length=5)
    state = models.CharField(max_length=9)
    stripe = models.SmallIntegerField()
    rows = models.IntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["petition", "origin", "state", "stripe"], name="count_once_a_stripe"),
        ]
