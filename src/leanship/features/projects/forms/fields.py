"""Fields that the forms of projects share."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from leanship.features.org.models import Team

_UID = re.compile(r"\(([0-9a-z]{12})\)\s*$")


class TeamInput(forms.TextInput):
    """A text field that suggests teams as one types; without JavaScript a name will do."""

    template_name = "org/person_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds where suggestions come from."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["suggest_url"] = f"{reverse_lazy('projects:suggest_team')}?field={name}"
        return context


class TeamField(forms.CharField):
    """A team that is not archived: as suggested, `Order desk (3kx…)`, or by a name that only one has."""

    widget = TeamInput

    def prepare_value(self, value: Any) -> Any:
        """A team as the field shows it."""
        return f"{value.name} ({value.uid})" if isinstance(value, Team) else value

    def clean(self, value: Any) -> Team | None:
        """The team. Raises ValidationError that says what would tell teams apart."""
        text = super().clean(value)
        if not text:
            return None
        here = Team.objects.filter(archived_at=None)
        suggested = _UID.search(text)
        found = here.filter(uid=suggested[1] if suggested else text).first()
        if found is not None:
            return found
        named = list(here.filter(name__iexact=text)[:2])
        if len(named) == 1:
            return named[0]
        if named:
            raise ValidationError(_("Several teams have this name. Choose from the list."))
        raise ValidationError(_("No team has this name. Choose from the list, or leave it empty."))


def words(
    label: Any, *, rows: int = 4, required: bool = True, help_text: Any = "", **attrs: Any
) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows, **attrs}),
    )


def version() -> forms.IntegerField:
    """What the writer had before them."""
    return forms.IntegerField(required=False, widget=forms.HiddenInput)
