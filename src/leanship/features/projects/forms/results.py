"""Reading what the pages of results send; the actions decide whether it will do."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.productivity.models import Series

_UID = re.compile(r"(?:\(([0-9a-z]{12})\)|^([0-9a-z]{12}))\s*$")


def written(series: Series) -> str:
    """A series as `MeasureForm` reads it back: "Orders without error, Ana Ruiz (3kx…)"."""
    subject = series.person or series.team
    return f"{series.kpi.name}, {subject.name if subject else ''} ({series.uid})"


class SeriesInput(forms.TextInput):
    """A text field that suggests series as one types."""

    template_name = "org/person_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds where suggestions come from."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["suggest_url"] = f"{reverse_lazy('projects:suggest_series')}?field={name}"
        return context


def _day(label: Any, help_text: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class MeasureForm(forms.Form):
    """What will be judged, by which series, and when."""

    series = forms.CharField(
        label=gettext_lazy("Series"),
        max_length=500,
        widget=SeriesInput,
        help_text=gettext_lazy(
            "A KPI of a person or a team that you may see. Its chart is shown to those alone who may see it; the "
            "verdict is open."
        ),
    )
    better = forms.ChoiceField(
        label=gettext_lazy("Better is"),
        required=False,
        choices=[
            ("", gettext_lazy("As its KPI says")),
            ("higher", gettext_lazy("Higher")),
            ("lower", gettext_lazy("Lower")),
        ],
    )
    change_on = _day(
        gettext_lazy("The change"),
        gettext_lazy("The first day of the new way. A period in whose midst it lies counts to neither side."),
    )
    check_on = _day(
        gettext_lazy("The check"),
        gettext_lazy("Judged once, on the periods that have ended by this day. It takes 8 after the change."),
    )
    baseline_from = _day(
        gettext_lazy("Baseline from"),
        gettext_lazy(
            "The first day that the limits rest on; 12 periods at least. The first figure, if left empty."
        ),
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it changes"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The measure before stays to be seen, with this reason."),
    )

    def __init__(self, *args: Any, actor: Actor, replaces: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        if not replaces:
            del self.fields["reason"]

    def clean_series(self) -> Series:
        """The series, among those the actor may see. Raises ValidationError that says what to do."""
        text = str(self.cleaned_data["series"]).strip()
        found = _UID.search(text)
        rows = access.visible(self.actor, Series.objects.select_related("kpi", "person", "team"))
        series = rows.filter(uid=found[1] or found[2]).first() if found else None
        if series is None:
            same = list(rows.filter(kpi__name__iexact=text, archived_at=None)[:2])
            if len(same) != 1:
                raise ValidationError(_("Choose a series from the list that appears as you type."))
            series = same[0]
        return series
