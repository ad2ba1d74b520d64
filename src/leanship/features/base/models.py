"""What every feature stands on: the organisation, its policies, what happened, what came in, what was said.

This app is at the bottom and knows no person: it keeps ids, and the features above know whose they are.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from leanship.features.base import clock
from leanship.features.base.fields import UidField


class Organisation(models.Model):
    """The one organisation of this installation; one person alone is an organisation of one."""

    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=64, default="UTC")
    currency = models.CharField(max_length=3, default="EUR")
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_organisation")]

    def __str__(self) -> str:
        return self.name


class Policy(models.Model):
    """One version of a rule the organisation chose (bands, modules …). Rows are added, never updated."""

    name = models.CharField(max_length=40)
    value = models.JSONField()
    valid_from = models.DateField()
    set_by_id = models.BigIntegerField(null=True)
    set_at = models.DateTimeField(default=clock.now, editable=False)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["name", "valid_from", "id"]
        indexes = [models.Index(fields=["name", "valid_from"])]


class ImportBatch(models.Model):
    """One file that came in: who brought it, and what it changed. `digest` is its SHA-256."""

    uid = UidField()
    kind = models.CharField(max_length=40)
    filename = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    added = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    ended = models.PositiveIntegerField(default=0)
    actor_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=clock.now, editable=False, db_index=True)


class AppendOnly(models.QuerySet[Any]):
    """Rows that bulk operations cannot change or remove either."""

    def update(self, **kwargs: Any) -> int:
        raise ValidationError("These records are never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise ValidationError("These records are never deleted.")


class Event(models.Model):
    """Something that happened; audit and timeline in one. Words are made when it is read."""

    at = models.DateTimeField(default=clock.now, editable=False)
    kind = models.CharField(max_length=60)
    actor_id = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField(null=True)
    params = models.JSONField(default=dict)
    batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.PROTECT, related_name="events")

    objects = models.Manager.from_queryset(AppendOnly)()

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "-id"]),
            models.Index(fields=["kind", "-id"]),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ValidationError("These records are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("These records are never deleted.")


class Comment(models.Model):
    """Something said about a record; a correction request is a comment that is owed an answer."""

    class Kind(models.TextChoices):
        COMMENT = "comment"
        CORRECTION = "correction"

    class Outcome(models.TextChoices):
        CORRECTED = "corrected"
        EXPLAINED = "explained"

    uid = UidField()
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.COMMENT)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    about_id = models.BigIntegerField()  # the person whose standing it is, for access and export
    author_id = models.BigIntegerField()
    text = models.TextField()
    created_at = models.DateTimeField(default=clock.now, editable=False)
    archived_at = models.DateTimeField(null=True)
    answer_by = models.DateField(null=True)
    answer = models.TextField(blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    answered_by_id = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["about_id", "-id"]),
            models.Index(fields=["subject_kind", "subject_id", "id"]),
        ]


class Standing(models.Model):
    """Where a subject stood in one category at one closed period. Immutable: a changed input adds a successor.

    `subject_kind` is "series", "person" or "team"; `raw` is the rating of M14 as the window gives it, `band`
    the one shown, which waits for a second period or a signal. `counts` holds the figures behind it.
    """

    uid = UidField()
    subject_kind = models.CharField(max_length=10)
    subject_id = models.BigIntegerField()
    category = models.CharField(max_length=20)
    cadence = models.CharField(max_length=10)
    ordinal = models.IntegerField()
    raw = models.CharField(max_length=30)
    band = models.CharField(max_length=30)
    counts = models.JSONField()
    digest = models.CharField(max_length=64)
    rule_version = models.CharField(max_length=20)
    reason = models.CharField(max_length=60)
    made_at = models.DateTimeField(default=clock.now, editable=False)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "category", "cadence", "ordinal"],
                condition=Q(is_current=True),
                name="one_current_standing",
            )
        ]
        indexes = [models.Index(fields=["subject_kind", "subject_id", "category", "-ordinal"])]
