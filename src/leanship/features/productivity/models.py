"""KPIs, their standards and measurements (M10–M18). Every figure is an integer in the KPI's own unit.

With `decimals` 2, the 81.92 % that was entered is 8192. Periods are (cadence, ordinal), see `domain.periods`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from leanship.domain.access import AccessPaths
from leanship.features.base import clock
from leanship.features.base.fields import UidField
from leanship.features.base.models import ImportBatch
from leanship.features.org.models import Person, Team


class Kpi(models.Model):
    """What is measured and how it is judged; the series below say for whom."""

    class Direction(models.TextChoices):
        HIGHER = "higher", "Higher is better"
        LOWER = "lower", "Lower is better"

    class Cadence(models.TextChoices):
        DAY = "day", "Day"
        WEEK = "week", "Week"
        MONTH = "month", "Month"
        QUARTER = "quarter", "Quarter"

    class Aggregation(models.TextChoices):
        SUM = "sum", "Sum"
        MEAN = "mean", "Mean"
        LAST = "last", "Last value"
        RATIO = "ratio", "Ratio of two parts"

    class Standards(models.TextChoices):
        KNOWN = "known", "A known target"
        PEERS = "peers", "The median of peers"
        NONE = "none", "Charted, not rated"

    class Limits(models.TextChoices):
        MEAN = "mean", "Average moving range"
        MEDIAN = "median", "Median moving range"

    access = AccessPaths(person_kind="kpi", person="owner")

    uid = UidField()
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    unit = models.CharField(max_length=40, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    direction = models.CharField(max_length=6, choices=Direction.choices, default=Direction.HIGHER)
    cadence = models.CharField(max_length=7, choices=Cadence.choices, default=Cadence.MONTH)
    aggregation = models.CharField(max_length=5, choices=Aggregation.choices, default=Aggregation.MEAN)
    # ratio: value = numerator * ratio_scale / denominator, in units (100 for a percentage)
    ratio_scale = models.PositiveIntegerField(default=1)
    standards = models.CharField(max_length=5, choices=Standards.choices, default=Standards.KNOWN)
    # what is possible, as value integers: limits are drawn clipped there; a ceiling may rule out 105 %
    floor = models.BigIntegerField(null=True, blank=True)
    ceiling = models.BigIntegerField(null=True, blank=True)
    # rated on what is missing to the ceiling: 98 % of 100 % becomes 2 points, lower is better
    on_shortfall = models.BooleanField(default=False)
    # today's thresholds of its own, in whole percent of standard (null = the organisation's policy); the dated
    # rows of `Thresholds` are the truth
    exceeds = models.PositiveSmallIntegerField(null=True, blank=True)
    meets = models.PositiveSmallIntegerField(null=True, blank=True)
    limits = models.CharField(max_length=6, choices=Limits.choices, default=Limits.MEAN)
    owner = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="kpis_owned"
    )
    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=120, null=True, blank=True)
    search = models.TextField(blank=True, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(decimals__lte=6), name="kpi_decimals"),
            models.CheckConstraint(
                condition=Q(exceeds__isnull=True, meets__isnull=True) | Q(exceeds__gt=F("meets")),
                name="kpi_thresholds_in_order",
            ),
            models.UniqueConstraint(
                fields=["source", "external_id"],
                name="kpi_external_id",
                condition=Q(external_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Series(models.Model):
    """One KPI of one person or one team."""

    access = AccessPaths(person_kind="person_series", person="person", team_kind="team_series", team="team")

    uid = UidField()
    kpi = models.ForeignKey(Kpi, on_delete=models.PROTECT, related_name="series")
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="series")
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="series")
    weight = models.PositiveSmallIntegerField(default=1)
    must_hold = models.BooleanField(default=False)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "series"
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, team__isnull=True)
                | Q(person__isnull=True, team__isnull=False),
                name="series_person_or_team",
            ),
            models.UniqueConstraint(
                fields=["kpi", "person"], condition=Q(person__isnull=False), name="one_series_a_person"
            ),
            models.UniqueConstraint(
                fields=["kpi", "team"], condition=Q(team__isnull=False), name="one_series_a_team"
            ),
            models.CheckConstraint(condition=Q(weight__gte=1), name="series_weight"),
        ]


class Standard(models.Model):
    """A known standard from a period on: of one series, or of every series of the KPI that has none of its own.

    Rows are added, never updated; a past rating keeps the standard that held. A second row for the same
    first period (a correction) wins by its later id.
    """

    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="known_standards")
    series = models.ForeignKey(Series, null=True, on_delete=models.CASCADE, related_name="own_standards")
    value = models.BigIntegerField()
    from_ordinal = models.IntegerField()
    set_by_id = models.BigIntegerField(null=True)  # a person; marked where it is the series' own subject
    set_at = models.DateTimeField(default=clock.now, editable=False)
    reason = models.TextField(blank=True)
    batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["kpi", "series", "from_ordinal"])]


class PeerStandard(models.Model):
    """The median of the others of the same role and level in one period, frozen when the period closed.

    `doubled` is twice the median, since the median of an even number of values may end in a half.
    """

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="peer_standards")
    ordinal = models.IntegerField()
    doubled = models.BigIntegerField()
    others = models.PositiveIntegerField()
    frozen_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "ordinal"], name="peer_standard_once")]


class Thresholds(models.Model):
    """From which whole percent a KPI exceeds and meets, from a period on (null: the organisation's policy).

    Rows are added, never updated: a period keeps the thresholds that held in it. The latest row at or before a
    period holds, of two for the same first period the later id; without one the organisation's policy does.
    """

    FROM_THE_START = -1_000_000  # before the first period that any cadence can name

    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="dated_thresholds")
    exceeds = models.PositiveSmallIntegerField(null=True)
    meets = models.PositiveSmallIntegerField(null=True)
    from_ordinal = models.IntegerField()
    set_by_id = models.BigIntegerField(null=True)
    set_at = models.DateTimeField(default=clock.now, editable=False)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["from_ordinal", "id"]


class Measurement(models.Model):
    """The value of one series in one period. A ratio keeps both parts, like the value in the KPI's last decimal."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="measurements")
    ordinal = models.IntegerField()
    value = models.BigIntegerField()
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "ordinal"], name="one_measurement_a_period"),
            models.CheckConstraint(
                condition=Q(numerator__isnull=True, denominator__isnull=True) | Q(denominator__gt=0),
                name="ratio_has_a_denominator",
            ),
        ]


class Correction(models.Model):
    """A measurement that was changed or taken out: what it was, what it is (null: nothing), who and why."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="corrections")
    ordinal = models.IntegerField()
    old_value = models.BigIntegerField()
    old_numerator = models.BigIntegerField(null=True)
    old_denominator = models.BigIntegerField(null=True)
    new_value = models.BigIntegerField(null=True)
    new_numerator = models.BigIntegerField(null=True)
    new_denominator = models.BigIntegerField(null=True)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=clock.now, editable=False)
    reason = models.TextField(blank=True)
    batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["series", "ordinal"])]


class Baseline(models.Model):
    """Limits from `from_ordinal` on are computed from that period to `until_ordinal` (null: the first 24).

    A row comes from a person who accepted a shift, or named a range; never by itself (M18).
    """

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="baselines")
    from_ordinal = models.IntegerField()
    until_ordinal = models.IntegerField(null=True)
    reason = models.TextField()
    set_by_id = models.BigIntegerField(null=True)
    set_at = models.DateTimeField(default=clock.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True)  # the undo; the row stays

    class Meta:
        ordering = ["from_ordinal", "id"]


class PointNote(models.Model):
    """What somebody knows about one point of the chart."""

    uid = UidField()
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="notes")
    ordinal = models.IntegerField()
    text = models.TextField()
    author_id = models.BigIntegerField()
    created_at = models.DateTimeField(default=clock.now, editable=False)
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["ordinal", "id"]


class SignalSeen(models.Model):
    """Somebody looked at a signal: the chart was opened while it showed this rule at this period."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="seen")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    ordinal = models.IntegerField()
    rule = models.CharField(max_length=20)
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "person", "ordinal", "rule"], name="signal_seen_once")
        ]
