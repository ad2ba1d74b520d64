"""Leading without authority (M21): whose support a project needs, and what was done to win it; and feedback.

The map is private to the project's leader and those they name. Its rows are deleted when the project ends; no event,
search text or export repeats them.
"""

from __future__ import annotations

from django.db import models

from leanship.domain.access import AccessPaths
from leanship.features.base import clock
from leanship.features.base.fields import UidField
from leanship.features.org.models import Person
from leanship.features.projects.models.project import Project


class ProjectMap(Project):
    """A project as the map of its people: another kind in the access table, so that no right to the project, to
    its leader's line or to the office opens it.
    """

    access = AccessPaths(person_kind="stakeholders", person="leader", named="map_readers__person")

    class Meta:
        proxy = True


class MapReader(models.Model):
    """Somebody whom the project's leader lets see the map."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="map_readers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    added_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "person"], name="map_reader_once")]


class Stakeholder(models.Model):
    """Somebody whose support is needed: a colleague, or somebody outside who has a name only."""

    access = AccessPaths(
        person_kind="stakeholders", person="project__leader", named="project__map_readers__person"
    )

    uid = UidField()
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="stakeholders")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )  # null: somebody outside
    name = models.CharField(max_length=200, blank=True)
    cares_about = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "person"],
                condition=models.Q(person__isnull=False),
                name="stakeholder_once",
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False) | ~models.Q(name=""), name="stakeholder_has_name"
            ),
        ]


class StanceEntry(models.Model):
    """Where somebody stood on a day, as it was seen or as they said it. The latest one counts."""

    class Stance(models.TextChoices):
        AGAINST = "against", "Against"
        DOUBTFUL = "doubtful", "Doubtful"
        NEUTRAL = "neutral", "Neutral"
        FOR = "for", "For"
        ACTIVE = "active", "Active"

    class Basis(models.TextChoices):
        SEEN = "seen", "Seen"
        SAID = "said", "Said"

    uid = UidField()
    stakeholder = models.ForeignKey(Stakeholder, on_delete=models.CASCADE, related_name="stances")
    stance = models.CharField(max_length=10, choices=Stance.choices)
    influence = models.PositiveSmallIntegerField()  # 1 little, 2 some, 3 much
    basis = models.CharField(max_length=4, choices=Basis.choices)
    note = models.TextField()  # what was seen or said
    on = models.DateField()
    created_at = models.DateTimeField(default=clock.now, editable=False)
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["on", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(influence__in=(1, 2, 3)), name="stance_influence")
        ]


class PersuasionStep(models.Model):
    """Something done to win somebody over."""

    class Kind(models.TextChoices):
        SHOWED_DATA = "showed_data", "Shown the data"
        ASKED_FEEDBACK = "asked_feedback", "Asked for feedback"
        TRIED_TOGETHER = "tried_together", "Tried it with them"
        HELPED_THEIRS = "helped_theirs", "Helped with theirs"
        GAVE_CREDIT = "gave_credit", "Gave credit"

    uid = UidField()
    stakeholder = models.ForeignKey(Stakeholder, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=15, choices=Kind.choices)
    note = models.TextField(blank=True)
    on = models.DateField()
    created_at = models.DateTimeField(default=clock.now, editable=False)
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["on", "id"]


class FeedbackRequest(models.Model):
    """Feedback on a change, asked of a colleague; what was done about it is told back, and they say whether it was.

    Between the two of them alone. The records stay when the project ends: they are theirs, not the map's.
    """

    class Deed(models.TextChoices):
        TAKEN_UP = "taken_up", "Taken up"
        PARTLY = "partly", "Partly taken up"
        NOT_TAKEN_UP = "not_taken_up", "Not taken up"

    access = AccessPaths(person_kind="feedback", person="asked_by", named="asked_of")

    uid = UidField()
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="feedback_requests")
    asked_by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="feedback_asked")
    asked_of = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="feedback_owed")
    question = models.TextField()
    asked_at = models.DateTimeField(default=clock.now)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)  # to answer is a favour
    deed = models.CharField(max_length=12, choices=Deed.choices, blank=True)
    deed_text = models.TextField(blank=True)
    deed_at = models.DateTimeField(null=True)
    confirmed = models.BooleanField(null=True)  # the giver: yes, that is what became of it
    confirmed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["asked_of", "answered_at"]), models.Index(fields=["asked_by"])]
