"""Where somebody's time goes (M23, M24). Calendars and their events are the owner's alone; others see shares."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from leanship.domain.access import AccessPaths
from leanship.features.base import clock
from leanship.features.base.fields import UidField
from leanship.features.org.models import Person


class Calendar(models.Model):
    """A calendar of its owner: a file that was sent, or an address that is read again and again.

    The address is as secret as a password: it lies here sealed, with a key that is not in the database.
    """

    access = AccessPaths(person_kind="time", person="person")

    uid = UidField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="calendars")
    name = models.CharField(max_length=200)
    time_zone = models.CharField(
        max_length=64, blank=True
    )  # for events that name none; "" = the organisation's
    addresses = models.JSONField(default=list)  # the owner's own, to know what they declined
    sealed_address = models.BinaryField(null=True)  # null: a file
    shown_address = models.CharField(max_length=120, blank=True)  # the host alone
    digest = models.CharField(max_length=64, blank=True)  # of the content read last
    read_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    problems = models.JSONField(default=list)  # [{"property", "message"}] of the last read
    failure = models.TextField(blank=True)  # why the last try failed, in words
    failures = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name", "id"]


class ClassRule(models.Model):
    """What an event counts as, by something that stands in it; the first rule that catches it decides."""

    class Field(models.TextChoices):
        CATEGORY = "category", "Category"
        TITLE = "title", "Words of the title"
        ATTENDEE = "attendee", "Attendee"
        ORGANISER = "organiser", "Organiser"

    class Kind(models.TextChoices):
        STRATEGIC = "strategic", "Strategic"
        TACTICAL = "tactical", "Tactical"

    access = AccessPaths(person_kind="time", person="person")

    uid = UidField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="class_rules")
    position = models.PositiveIntegerField()
    field = models.CharField(max_length=10, choices=Field.choices)
    pattern = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["position", "id"]


class Occurrence(models.Model):
    """One event of a calendar as it takes place, in UTC. `left_out` says why it does not count ("" = it does)."""

    access = AccessPaths(person_kind="time", person="person")

    uid = UidField()
    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="occurrences")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(
        max_length=64
    )  # digest of event and recurrence: the same file again finds it again
    event_key = models.CharField(max_length=64)  # digest of the event alone, shared by its recurrences
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    all_day = models.BooleanField(default=False)
    title = models.CharField(max_length=500, blank=True)
    categories = models.JSONField(default=list)
    organiser = models.CharField(max_length=320, blank=True)
    attendees = models.JSONField(default=list)
    left_out = models.CharField(max_length=12, blank=True)  # cancelled, declined, transparent, all_day
    chosen = models.CharField(
        max_length=10, choices=ClassRule.Kind.choices, blank=True
    )  # by the owner, by hand
    kind = models.CharField(max_length=10, choices=ClassRule.Kind.choices, blank=True)  # "" = unclassified
    rule = models.ForeignKey(ClassRule, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [models.UniqueConstraint(fields=["calendar", "key"], name="occurrence_once")]
        indexes = [
            models.Index(fields=["person", "starts_at"]),
            models.Index(fields=["person", "event_key"]),
        ]


class WorkingTime(models.Model):
    """Contracted hours a week from a day on; `no_target`: the whole role is improvement."""

    access = AccessPaths(person_kind="time_share", person="person")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="working_times")
    minutes_per_week = models.PositiveIntegerField(null=True)  # null: not known
    no_target = models.BooleanField(default=False)
    valid_from = models.DateField()
    set_by_id = models.BigIntegerField(null=True)
    set_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["valid_from", "id"]
        indexes = [models.Index(fields=["person", "valid_from"])]


class WeekSplit(models.Model):
    """What one week of somebody's calendars came to, in seconds: all that others may ever see of it.

    `working` is contracted time less absence (null: not known). Rewritten whenever events or rules change.
    """

    access = AccessPaths(person_kind="time_share", person="person")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="week_splits")
    week = models.IntegerField()  # ordinal, see domain.periods
    strategic = models.PositiveIntegerField()
    tactical = models.PositiveIntegerField()
    unclassified = models.PositiveIntegerField()
    working = models.PositiveIntegerField(null=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["week"]
        constraints = [
            models.UniqueConstraint(fields=["person", "week"], name="one_split_a_week"),
            models.CheckConstraint(condition=Q(week__gte=0), name="split_week"),
        ]
