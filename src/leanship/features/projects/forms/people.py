"""What is typed about the map of people; the actions judge it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leanship.features.org.forms import PersonField
from leanship.features.projects.models import PersuasionStep, StanceEntry

_INFLUENCES = ((3, _("Much")), (2, _("Some")), (1, _("Little")))


def _day() -> forms.DateField:
    return forms.DateField(
        label=_("Day"),
        required=False,
        help_text=_("Today, if left empty."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _text(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "autocomplete": "off"})


class StanceForm(forms.Form):
    """Where somebody stood."""

    stance = forms.ChoiceField(
        label=_("Where they stood"), choices=StanceEntry.Stance.choices, widget=forms.RadioSelect
    )
    influence = forms.TypedChoiceField(
        label=_("How much their word counts here"), choices=_INFLUENCES, coerce=int, widget=forms.RadioSelect
    )
    basis = forms.ChoiceField(
        label=_("How you know"),
        choices=[
            (StanceEntry.Basis.SEEN.value, _("I saw it")),
            (StanceEntry.Basis.SAID.value, _("They said it")),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("What you saw, or what they said"),
        max_length=2_000,
        widget=_text(3),
        help_text=_("In words they would recognise: what happened, not what you make of it."),
    )
    on = _day()
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class AddForm(forms.Form):
    """Somebody new on the map; where they stand can wait until something was seen or said."""

    person = PersonField(label=_("Colleague"), required=False)
    name = forms.CharField(
        label=_("Or somebody outside"),
        required=False,
        max_length=200,
        help_text=_("The name, for somebody who is not in the organisation."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    cares_about = forms.CharField(
        label=_("What they care about"),
        required=False,
        max_length=2_000,
        widget=_text(2),
        help_text=_("What matters to them in their own work, as far as they have shown it."),
    )
    stance = forms.ChoiceField(
        label=_("Where they stand"),
        required=False,
        choices=[("", _("Not seen or heard yet")), *StanceEntry.Stance.choices],
    )
    influence = forms.TypedChoiceField(
        label=_("How much their word counts here"),
        required=False,
        choices=[("", "—"), *_INFLUENCES],
        coerce=int,
    )
    basis = forms.ChoiceField(
        label=_("How you know"),
        required=False,
        choices=[
            ("", "—"),
            (StanceEntry.Basis.SEEN.value, _("I saw it")),
            (StanceEntry.Basis.SAID.value, _("They said it")),
        ],
    )
    note = forms.CharField(
        label=_("What you saw, or what they said"),
        required=False,
        max_length=2_000,
        widget=_text(3),
        help_text=_("In words they would recognise: what happened, not what you make of it."),
    )
    on = _day()

    def clean_influence(self) -> int:
        """None chosen is 0, which no degree is."""
        return self.cleaned_data["influence"] or 0


class EditForm(forms.Form):
    """What somebody cares about; the name of somebody outside."""

    name = forms.CharField(
        label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    cares_about = forms.CharField(
        label=_("What they care about"),
        required=False,
        max_length=2_000,
        widget=_text(3),
        help_text=_("What matters to them in their own work, as far as they have shown it."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, outside: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not outside:
            del self.fields["name"]


class StepForm(forms.Form):
    """What was done to win somebody over."""

    kind = forms.ChoiceField(
        label=_("What you did"), choices=PersuasionStep.Kind.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("What came of it"),
        required=False,
        max_length=2_000,
        widget=_text(3),
        help_text=_("What you did and how it was received, as seen or said."),
    )
    on = _day()
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ReaderForm(forms.Form):
    """Somebody who may read the map."""

    person = PersonField(label=_("Colleague"))
