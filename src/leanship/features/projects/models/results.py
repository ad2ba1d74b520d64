"""What a project is judged by (M22): a measure fixed beforehand, and the checks that were made of it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from leanship.features.base import clock
from leanship.features.base.fields import UidField
from leanship.features.productivity.models import Kpi, Series
from leanship.features.projects.models.project import Project


class Measure(models.Model):
    """The series, the better side, the day of the change, the baseline and the day of the check.

    Fixed beforehand and never changed: another choice is a row of its own that replaces this one, with its reason.
    """

    uid = UidField()
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="measures")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="measures")
    better = models.CharField(max_length=6, choices=Kpi.Direction.choices)
    change_on = models.DateField()
    baseline_from = models.IntegerField()  # ordinal of the KPI's cadence; the baseline ends before the change
    check_on = models.DateField()
    reason = models.TextField(blank=True)  # why it replaces another
    fixed_by_id = models.BigIntegerField(null=True)
    fixed_at = models.DateTimeField(default=clock.now, editable=False)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"], condition=Q(is_current=True), name="one_current_measure"
            ),
            models.CheckConstraint(condition=Q(check_on__gt=F("change_on")), name="check_after_change"),
        ]


class Check(models.Model):
    """The verdict of one check, as the series gave it that day. Immutable."""

    class Kind(models.TextChoices):
        FIRST = "first", "At the check date"
        AGAIN = "again", "90 days later"

    class Verdict(models.TextChoices):
        IMPROVED = "improved", "Improved"
        WORSE = "worse", "Worse"
        MIXED = "mixed", "Mixed"
        NO_SIGNAL_YET = "no_signal_yet", "No signal yet"
        NOT_ENOUGH_EVIDENCE = "not_enough_evidence", "Not enough evidence"

    uid = UidField()
    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="checks")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    due_on = models.DateField()
    judged_at = models.DateTimeField(default=clock.now, editable=False)
    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    holds = models.BooleanField(null=True)  # at the second check: is the gain still there?
    before = models.PositiveIntegerField()
    after = models.PositiveIntegerField()
    counts = models.JSONField()  # limits and points behind the verdict, exact integers
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["measure", "kind"], name="check_once")]
