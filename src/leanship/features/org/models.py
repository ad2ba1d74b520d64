"""People, positions, reporting lines, teams – all dated. The dated rows are the truth.

`Person` repeats today's position (title, role, level, department), and `Ancestor` today's line, because every
list and every access check asks for them; `actions.py` alone keeps both in step.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from leanship.domain.access import AccessPaths
from leanship.features.base import clock
from leanship.features.base.fields import UidField
from leanship.features.base.models import ImportBatch


class Level(models.TextChoices):
    """The four levels of the method; everyone leads, with or without staff."""

    CONTRIBUTOR = "contributor", "Individual contributor"
    ENTRY = "entry_manager", "Entry-level manager"
    MID = "mid_manager", "Mid-level manager"
    SENIOR = "senior_leader", "Senior leader"


class Person(models.Model):
    """Somebody of the organisation. `left_on` set: no longer here; `erased_at` set: the name is a pseudonym."""

    access = AccessPaths(person_kind="person", person="")

    uid = UidField()
    name = models.CharField(max_length=200)
    email = models.EmailField(null=True, blank=True)
    title = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=120, blank=True)  # peers are compared within role and level
    level = models.CharField(max_length=20, choices=Level.choices, default=Level.CONTRIBUTOR)
    department = models.CharField(max_length=200, blank=True)
    joined_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=120, null=True, blank=True)
    # name, title, department and e-mail in casefold: SQLite's LIKE knows no case beyond ASCII
    search = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email", condition=Q(email__isnull=False)),
            models.UniqueConstraint(
                fields=["source", "external_id"],
                name="person_external_id",
                condition=Q(external_id__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["name"]), models.Index(fields=["role", "level"])]

    def __str__(self) -> str:
        return self.name


class Position(models.Model):
    """What a person was, from a day until before another (null: still)."""

    access = AccessPaths(person_kind="person", person="person")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="positions")
    title = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=120, blank=True)
    level = models.CharField(max_length=20, choices=Level.choices)
    department = models.CharField(max_length=200, blank=True)
    grade = models.CharField(max_length=60, blank=True)
    fte_percent = models.PositiveSmallIntegerField(default=100)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["valid_from", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(valid_until__isnull=True), name="one_open_position"
            )
        ]


class ReportingLine(models.Model):
    """`person` reports to `leader` from a day until before another (null: still)."""

    access = AccessPaths(person_kind="person", person="person")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="lines_up")
    leader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="lines_down")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["valid_from", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(valid_until__isnull=True), name="one_open_line"
            ),
            models.CheckConstraint(condition=~Q(person=F("leader")), name="nobody_leads_themselves"),
        ]
        indexes = [models.Index(fields=["leader", "valid_until"])]


class Ancestor(models.Model):
    """Today's line: `ancestor` stands `depth` steps above `person` (1 = direct leader)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="ancestors")
    ancestor = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="descendants")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "ancestor"], name="ancestor_once")]
        indexes = [models.Index(fields=["ancestor", "depth"])]


class Team(models.Model):
    """People who share a result. Its lead answers for it; archived, not deleted."""

    access = AccessPaths(team_kind="team", team="")

    uid = UidField()
    name = models.CharField(max_length=200)
    lead = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="teams_led"
    )
    department = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=120, null=True, blank=True)
    search = models.TextField(blank=True, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                name="team_external_id",
                condition=Q(external_id__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """`person` belongs to `team` from a day until before another (null: still)."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "person"], condition=Q(valid_until__isnull=True), name="one_open_membership"
            )
        ]
        indexes = [models.Index(fields=["person", "valid_until"])]


class Absence(models.Model):
    """Days a person was away, both ends counted. No reason is kept: none is needed to leave a period out."""

    access = AccessPaths(person_kind="person", person="person")

    uid = UidField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="absences")
    first_day = models.DateField()
    last_day = models.DateField()
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["first_day", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="absence_in_order")
        ]
