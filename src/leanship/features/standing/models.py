"""What My standing keeps of its own: the next steps that somebody put off, and why."""

from __future__ import annotations

from django.db import models

from leanship.domain.access import AccessPaths
from leanship.features.base import clock
from leanship.features.base.fields import UidField
from leanship.features.org.models import Person


class PutOff(models.Model):
    """A next step put off with a reason, until a day. `step` and `about_uid` name what was proposed."""

    access = AccessPaths(person_kind="standing", person="person")

    uid = UidField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="put_off")
    step = models.CharField(max_length=40)
    about_uid = models.CharField(max_length=12, blank=True)
    reason = models.TextField()
    until = models.DateField()
    created_at = models.DateTimeField(default=clock.now, editable=False)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "until"])]
