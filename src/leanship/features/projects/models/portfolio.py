"""What fits (M25): candidates with value and hours, capacities, and the best set a run found."""

from __future__ import annotations

from django.db import models

from leanship.domain.access import AccessPaths
from leanship.features.base import clock
from leanship.features.base.fields import UidField
from leanship.features.org.models import Person
from leanship.features.projects.models.project import Project


class Portfolio(models.Model):
    """One question of what to take on, by somebody."""

    access = AccessPaths(person_kind="portfolio", person="owner")

    uid = UidField()
    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="portfolios")
    name = models.CharField(max_length=200)
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-id"]


class Capacity(models.Model):
    """Minutes there are: of a month, or of a team in a month."""

    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="capacities")
    name = models.CharField(max_length=80)
    minutes = models.PositiveIntegerField()
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["portfolio", "name"], name="capacity_name_once")]


class Candidate(models.Model):
    """Something that could be done, its value a year in minor units of money, or in points."""

    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="candidates")
    project = models.ForeignKey(Project, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=200)
    value = models.BigIntegerField()
    position = models.PositiveIntegerField(default=0)
    requires = models.ManyToManyField("self", symmetrical=False, related_name="required_by")
    excludes = models.ManyToManyField("self", symmetrical=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["portfolio", "name"], name="candidate_name_once")]


class CandidateHours(models.Model):
    """Minutes that a candidate takes of a capacity."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="hours")
    capacity = models.ForeignKey(Capacity, on_delete=models.CASCADE, related_name="+")
    minutes = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["candidate", "capacity"], name="hours_once")]


class FitRun(models.Model):
    """What a run found, for the portfolio as it stood then (`given`: its digest)."""

    uid = UidField()
    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="runs")
    given = models.CharField(max_length=64)
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    done_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    failure = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
