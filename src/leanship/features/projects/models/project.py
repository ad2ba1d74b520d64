"""An improvement project (M20): what was seen, what was tried, what changed, on one page.

What is written on the page is a `Section` with its revisions; where the project stands is a stage with its moves.
Nothing is lost: texts keep their revisions, stages their moves, and what is taken off the page is archived.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from leanship.domain.access import AccessPaths
from leanship.features.base import clock
from leanship.features.base.fields import UidField
from leanship.features.base.models import ImportBatch
from leanship.features.org.models import Person, Team


class Project(models.Model):
    """An opportunity somebody raised, and what became of it.

    Until somebody takes it up (`taken_up_at`), its leader is whoever raised it. `ended_on` closes it: standardised,
    or stopped with a reason.
    """

    class Stage(models.TextChoices):
        OPPORTUNITY = "opportunity", "Opportunity recognised"
        CAUSE = "cause", "Current state and cause"
        TESTS = "tests", "Tests and prototypes"
        PLAN = "plan", "Plan"
        CHANGE = "change", "Change led"
        CHECK = "check", "Result checked"
        STANDARD = "standard", "Standardised"

    class Serves(models.TextChoices):
        TEAM = "team", "A team"
        CLIENT = "client", "A client"
        COMMUNITY = "community", "The community"

    class Outcome(models.TextChoices):
        STANDARDISED = "standardised", "Standardised"
        STOPPED = "stopped", "Stopped"

    access = AccessPaths(person_kind="project", person="leader", named="members__person")

    uid = UidField()
    title = models.CharField(max_length=200)
    leader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="projects_led")
    raised_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="projects_raised")
    raised_at = models.DateTimeField(default=clock.now)
    taken_up_at = models.DateTimeField(null=True, blank=True)
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="projects"
    )  # where the change happens
    serves = models.CharField(max_length=10, choices=Serves.choices, blank=True)
    serves_whom = models.CharField(max_length=200, blank=True)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.OPPORTUNITY)
    stage_since = models.DateTimeField(default=clock.now)
    touched_at = models.DateTimeField(default=clock.now)  # the last change by anybody, for ageing
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.TextField(blank=True)
    # how far authority reached, frozen at the end: those outside the leader's line among those whose support was
    # needed. The map they were counted on is deleted then.
    reach_outside = models.PositiveSmallIntegerField(null=True, blank=True)
    reach_all = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=120, null=True, blank=True)
    batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.PROTECT, related_name="+")
    # casefolded title, whom it serves and what was seen
    search = models.TextField(blank=True, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-touched_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                name="project_external_id",
                condition=Q(external_id__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, outcome="") | Q(ended_on__isnull=False) & ~Q(outcome=""),
                name="project_end_has_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["leader", "stage"]),
            models.Index(fields=["stage", "-touched_at"]),
        ]

    def __str__(self) -> str:
        return self.title


class Member(models.Model):
    """Somebody who works on a project with its leader, and may write on its page."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="project_memberships")
    added_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "person"], name="project_member_once")]


class Move(models.Model):
    """A project went from one stage to another, forward or back, and why."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="moves")
    from_stage = models.CharField(max_length=12, choices=Project.Stage.choices)
    to_stage = models.CharField(max_length=12, choices=Project.Stage.choices)
    reason = models.TextField(blank=True)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["at", "id"]


class Section(models.Model):
    """A text on the page; what it said before is in its revisions."""

    class Key(models.TextChoices):
        SEEN = "seen", "What was seen"
        CURRENT_STATE = "current_state", "Current state"
        GOAL = "goal", "Goal"
        CAUSE = "cause", "Cause"
        PLAN = "plan", "Plan"
        CHANGE = "change", "What was changed"
        RESULT = "result", "Result"
        STANDARD = "standard", "The new standard"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="sections")
    key = models.CharField(max_length=14, choices=Key.choices)
    text = models.TextField(blank=True)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=clock.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "key"], name="project_section_once")]


class SectionRevision(models.Model):
    """What a section said from one save to the next; rows are added, never changed."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["section", "version"], name="revision_once")]


class Why(models.Model):
    """One answer to "why?": a node of the tree of causes, which branches. Roots hang from the project."""

    class Finding(models.TextChoices):
        OPEN = "open", "Not yet known"
        ROOT = "root", "A root cause"
        RULED_OUT = "ruled_out", "Ruled out"

    uid = UidField()
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="whys")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="below")
    text = models.TextField()
    evidence = models.TextField(blank=True)  # how one knows
    finding = models.CharField(max_length=10, choices=Finding.choices, default=Finding.OPEN)
    author_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]


class Trial(models.Model):
    """A test or a prototype. The order is kept by the clock: `predicted_at` must come before `result_at`, and a
    prediction that changed after the result was known says so (`prediction_changed_at`).
    """

    class Kind(models.TextChoices):
        TEST = "test", "Test"
        PROTOTYPE = "prototype", "Prototype"

    class Outcome(models.TextChoices):
        AS_PREDICTED = "as_predicted", "As predicted"
        OTHERWISE = "otherwise", "Otherwise"
        UNCLEAR = "unclear", "Unclear"

    uid = UidField()
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="trials")
    why = models.ForeignKey(
        Why, null=True, blank=True, on_delete=models.SET_NULL, related_name="trials"
    )  # the cause it tries
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.TEST)
    what = models.TextField()
    prediction = models.TextField(blank=True)
    predicted_at = models.DateTimeField(null=True)
    prediction_changed_at = models.DateTimeField(null=True)
    result = models.TextField(blank=True)
    result_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    learned = models.TextField(blank=True)
    author_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]


class PlanItem(models.Model):
    """Something to be done by somebody by a day."""

    uid = UidField()
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="plan")
    what = models.CharField(max_length=300)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="plan_items")
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["owner", "done_at"])]


class ProjectComment(models.Model):
    """Something said about a project, under its author's name."""

    uid = UidField()
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    created_at = models.DateTimeField(default=clock.now, editable=False)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]


class FileContent(models.Model):
    """The bytes of a file, once for each content. In the database, so that a backup has them."""

    digest = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()


class ProjectFile(models.Model):
    """A file that was put to a project."""

    uid = UidField()
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    content = models.ForeignKey(FileContent, on_delete=models.PROTECT, related_name="+")
    size = models.PositiveIntegerField()
    by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
