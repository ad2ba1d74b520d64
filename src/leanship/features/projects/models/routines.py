"""Leader standard work (M26): a short list of routines, done or not, never rated."""

from __future__ import annotations

from django.db import models

from leanship.domain.access import AccessPaths
from leanship.features.base import clock
from leanship.features.base.fields import UidField
from leanship.features.org.models import Person


class Routine(models.Model):
    """Something its owner means to do every working day, or every week."""

    class Cadence(models.TextChoices):
        DAY = "day", "Every day"
        WEEK = "week", "Every week"

    access = AccessPaths(person_kind="routine", person="person")

    uid = UidField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="routines")
    text = models.CharField(max_length=200)
    cadence = models.CharField(max_length=4, choices=Cadence.choices, default=Cadence.DAY)
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["cadence", "position", "id"]


class RoutineTick(models.Model):
    """Done, on that day or in that week."""

    routine = models.ForeignKey(Routine, on_delete=models.CASCADE, related_name="ticks")
    ordinal = models.IntegerField()  # of the routine's cadence, see domain.periods
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["routine", "ordinal"], name="tick_once")]
