"""Savings and their confirmations (M22). Every figure is a whole number: minor units of money, or minutes.

A saving names what it came from by kind and uid (`sources`), so that projects and later features share one ledger.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from leanship.domain.access import AccessPaths
from leanship.features.base import clock
from leanship.features.base.fields import UidField
from leanship.features.org.models import Person


class Saving(models.Model):
    """What a change saves, as its claimant says: target and forecast beforehand, actual once it has run.

    Only *confirmed* ones count. `again_on` is the day of the second look; a gain that is then no longer there is
    *gone*. `title` is that of its source when it was claimed.
    """

    class Kind(models.TextChoices):
        MONEY = "money", "Money"
        HOURS = "hours", "Hours"
        OTHER = "other", "Other"

    class Per(models.TextChoices):
        ONCE = "once", "Once"
        YEAR = "year", "A year"

    class State(models.TextChoices):
        CLAIMED = "claimed", "Claimed"
        ASKED = "asked", "Confirmation asked for"
        CONFIRMED = "confirmed", "Confirmed"
        GONE = "gone", "Gain gone"
        WITHDRAWN = "withdrawn", "Withdrawn"

    access = AccessPaths(person_kind="saving", person="claimant", named="confirmed_by")

    uid = UidField()
    claimant = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="savings")
    source_kind = models.CharField(max_length=30)
    source_uid = models.CharField(max_length=12)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    unit = models.CharField(max_length=40, blank=True)  # of the other kind: "kg of paper"
    per = models.CharField(max_length=4, choices=Per.choices, default=Per.YEAR)
    target = models.BigIntegerField(null=True, blank=True)
    forecast = models.BigIntegerField(null=True, blank=True)
    actual = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.CLAIMED)
    confirmed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="savings_confirmed"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    again_on = models.DateField(null=True, blank=True)
    again_at = models.DateTimeField(null=True, blank=True)  # when the second look was taken
    again_reason = models.TextField(blank=True)
    search = models.TextField(
        blank=True, editable=False
    )  # the title, casefolded; a name would outlive its person
    claimed_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-claimed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "gone"])
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, actual__isnull=False),
                name="confirmed_saving_has_figure_and_confirmer",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("claimant")),
                name="nobody_confirms_their_own_saving",
            ),
        ]
        indexes = [
            models.Index(fields=["source_kind", "source_uid"]),
            models.Index(fields=["state", "kind"]),
            models.Index(fields=["claimant", "state"]),
        ]

    def __str__(self) -> str:
        return self.title


class SavingFigure(models.Model):
    """A figure of a saving as somebody set it; rows are added, never changed."""

    class Which(models.TextChoices):
        TARGET = "target", "Target"
        FORECAST = "forecast", "Forecast"
        ACTUAL = "actual", "Actual"

    saving = models.ForeignKey(Saving, on_delete=models.CASCADE, related_name="figures")
    which = models.CharField(max_length=8, choices=Which.choices)
    value = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["id"]


class Confirmation(models.Model):
    """One question to a named colleague: is this so? About a saving, or a result of another feature (`what`).

    `figure` is the actual of the saving that was asked about.
    """

    class Decision(models.TextChoices):
        CONFIRMED = "confirmed", "Confirmed"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    access = AccessPaths(person_kind="confirmation", person="claimant", named="asked")

    uid = UidField()
    what = models.CharField(max_length=30)
    what_uid = models.CharField(max_length=12)
    title = models.CharField(max_length=200)
    figure = models.BigIntegerField(null=True)
    claimant = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="confirmations_wanted")
    asked = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="confirmations_asked")
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    decision = models.CharField(max_length=9, choices=Decision.choices, blank=True)
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(claimant=F("asked")), name="nobody_confirms_their_own"),
            models.UniqueConstraint(
                fields=["what", "what_uid"], condition=Q(decision=""), name="one_open_confirmation"
            ),
        ]
        indexes = [
            models.Index(fields=["what", "what_uid"]),
            models.Index(fields=["asked", "decision"]),
        ]
