"""Reading what the page of routines sends."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from leanship.features.projects.models import Routine

_CADENCES = (
    (Routine.Cadence.DAY.value, _("Every working day")),
    (Routine.Cadence.WEEK.value, _("Every week")),
)


class RoutineForm(forms.Form):
    """A routine: what one means to do, and how often."""

    text = forms.CharField(label=_("What you mean to do"), max_length=200)
    cadence = forms.ChoiceField(label=_("How often"), choices=_CADENCES, initial=Routine.Cadence.DAY.value)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
