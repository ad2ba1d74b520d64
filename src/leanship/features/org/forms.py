"""Reading what the pages send; the actions decide whether it will do."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leanship.features.base.errors import Invalid
from leanship.features.org.models import Level, Person

_UID = re.compile(r"\(([0-9a-z]{12})\)\s*$")


class PersonInput(forms.TextInput):
    """A text field that suggests people as one types; without JavaScript a name or an address will do."""

    template_name = "org/person_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds where suggestions come from."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["suggest_url"] = f"{reverse_lazy('org:suggest')}?field={name}"
        return context


class PersonField(forms.CharField):
    """Somebody who is here: as suggested, `Ana Ruiz (3kx…)`, or by e-mail address, or by a name only one has."""

    widget = PersonInput

    def prepare_value(self, value: Any) -> Any:
        """A person as the field shows them."""
        return written(value) if isinstance(value, Person) else value

    def clean(self, value: Any) -> Person | None:
        """The person. Raises ValidationError that says what would tell people apart."""
        text = super().clean(value)
        if not text:
            return None
        here = Person.objects.filter(left_on=None)
        suggested = _UID.search(text)
        uid = suggested[1] if suggested else text
        found = here.filter(uid=uid).first() or here.filter(email__iexact=text).first()
        if found is not None:
            return found
        named = list(here.filter(name__iexact=text)[:2])
        if len(named) == 1:
            return named[0]
        if named:
            raise ValidationError(
                _("Several people have this name. Choose from the list, or give the e-mail address.")
            )
        raise ValidationError(_("Nobody here has this name or address. Choose from the list."))


def written(person: Person | None) -> str:
    """A person as `PersonField` reads them back."""
    return "" if person is None else f"{person.name} ({person.uid})"


def add_problems(form: forms.Form, error: Invalid) -> None:
    """Put an action's problems beside the fields they are about."""
    for field, messages in error.problems.items():
        form.add_error(field if field in form.fields else None, messages)


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class PersonForm(forms.Form):
    """Who somebody is."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.CharField(
        label=gettext_lazy("E-mail"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Where sign-in links go."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    title = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=200)
    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=Level.choices)
    role = forms.CharField(
        label=gettext_lazy("Role"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Peers are compared within a role and level. Left empty, it is the title."),
    )
    department = forms.CharField(label=gettext_lazy("Department"), required=False, max_length=200)


class AddPersonForm(PersonForm):
    """Who joins, and whom they report to."""

    leader = PersonField(
        label=gettext_lazy("Reports to"),
        required=False,
        help_text=gettext_lazy("Empty for somebody at the top."),
    )
    joined_on = _day(gettext_lazy("First day"), gettext_lazy("Today, if left empty."))


class EditPersonForm(PersonForm):
    """What changed, and since when."""

    on = _day(
        gettext_lazy("Holds from"),
        gettext_lazy("For a new title, level, role or department. Today, if left empty."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class MoveForm(forms.Form):
    """To whom somebody reports from now on."""

    leader = PersonField(
        label=gettext_lazy("Reports to"),
        required=False,
        help_text=gettext_lazy("Empty for nobody: the top of the chart."),
    )
    on = _day(gettext_lazy("From"), gettext_lazy("Today, if left empty."))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class EndForm(forms.Form):
    """Since when somebody is no longer here."""

    on = _day(gettext_lazy("No longer here from"), gettext_lazy("Today, if left empty."))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class EraseForm(forms.Form):
    """Erasing cannot be undone, so it is asked for twice."""

    sure = forms.BooleanField(label=gettext_lazy("I know that this cannot be undone"))


class AbsenceForm(forms.Form):
    """Days away."""

    first_day = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"})
    )
    last_day = forms.DateField(label=gettext_lazy("Last day"), widget=forms.DateInput(attrs={"type": "date"}))


class TeamForm(forms.Form):
    """A team's name, department and lead."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    department = forms.CharField(label=gettext_lazy("Department"), required=False, max_length=200)
    lead = PersonField(
        label=gettext_lazy("Lead"),
        required=False,
        help_text=gettext_lazy("Whoever answers for the team's result."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class MemberForm(forms.Form):
    """Who joins or leaves a team, and when."""

    person = PersonField(label=gettext_lazy("Person"))
    on = _day(gettext_lazy("From"), gettext_lazy("Today, if left empty."))
