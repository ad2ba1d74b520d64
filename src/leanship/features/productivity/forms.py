"""Forms of productivity: they parse and show; what may be is decided by the actions."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leanship.features.base.errors import Invalid
from leanship.features.productivity import wording
from leanship.features.productivity.definition import Definition


def add_problems(form: forms.Form, error: Invalid) -> None:
    """Put what an action found wrong beside the fields; what belongs to none goes on top."""
    for name, messages in error.problems.items():
        for message in messages:
            form.add_error(name if name in form.fields else None, message)


def _choices(labels: dict[str, Any]) -> list[tuple[str, Any]]:
    return list(labels.items())


class KpiForm(forms.Form):
    """A KPI's definition, in the order in which one thinks of it."""

    name = forms.CharField(label=_("Name"), max_length=200)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What is counted, and where the figure comes from."),
    )
    unit = forms.CharField(
        label=_("Unit"), max_length=40, required=False, help_text=_("Such as %, hours, orders.")
    )
    decimals = forms.IntegerField(
        label=_("Decimals"),
        min_value=0,
        max_value=6,
        initial=0,
        help_text=_("Figures are kept exactly as entered, never rounded. May grow later."),
    )
    cadence = forms.ChoiceField(label=_("How often"), choices=_choices(wording.CADENCES), initial="month")
    direction = forms.ChoiceField(
        label=_("Better is"), choices=_choices(wording.DIRECTIONS), widget=forms.RadioSelect, initial="higher"
    )
    aggregation = forms.ChoiceField(
        label=_("The figure of a longer period"),
        choices=_choices(wording.AGGREGATIONS),
        initial="mean",
        help_text=_("Needed where several KPIs of one leader come together."),
    )
    ratio_scale = forms.IntegerField(
        label=_("A ratio is counted in"),
        min_value=1,
        initial=1,
        help_text=_("100 for a percentage, 1 for a plain ratio; for other KPIs it means nothing."),
    )
    standards = forms.ChoiceField(
        label=_("Judged by"),
        choices=_choices(wording.STANDARDS),
        widget=forms.RadioSelect,
        initial="known",
        help_text=_("Scales without a true zero (net promoter score, °C) are charted, not rated."),
    )
    standard = forms.CharField(
        label=_("First standard"),
        required=False,
        help_text=_("The target, in the unit above. Later ones are added, and past periods keep theirs."),
    )
    since = forms.CharField(
        label=_("Holds from"),
        required=False,
        help_text=_("A period such as 2026-11, 2026-W47, 2026-Q4 or 2026-11-22."),
    )
    floor = forms.CharField(
        label=_("Lowest possible value"),
        required=False,
        help_text=_("Limits are drawn no lower. Leave empty where there is none."),
    )
    ceiling = forms.CharField(
        label=_("Highest possible value"), required=False, help_text=_("100 for a share in percent.")
    )
    on_shortfall = forms.BooleanField(
        label=_("Rate what is missing to the highest possible value"),
        required=False,
        help_text=_("98 % of 100 % becomes 2 points missing, and less is better."),
    )
    exceeds = forms.IntegerField(
        label=_("Exceeds from, in percent of standard"),
        required=False,
        min_value=1,
        max_value=1000,
        help_text=_("Leave both empty for the organisation's. A change holds from the running period on."),
    )
    meets = forms.IntegerField(
        label=_("Meets from, in percent of standard"), required=False, min_value=1, max_value=1000
    )
    limits = forms.ChoiceField(
        label=_("The chart's limits rest on"),
        choices=_choices(wording.LIMITS),
        initial="mean",
        help_text=_("One wild period moves the median less."),
    )
    for_me = forms.BooleanField(
        label=_("Measure it for me"), required=False, help_text=_("Others can be added afterwards.")
    )
    reason = forms.CharField(
        label=_("Why it changes"), required=False, help_text=_("Kept with the change of thresholds.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, editing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("standard", "since", "for_me") if editing else ("reason", "version"):
            del self.fields[name]

    @property
    def definition(self) -> Definition:
        """The definition that was typed; of a field that could not be read its default."""
        given = {
            field.name: self.cleaned_data[field.name]
            for field in fields(Definition)
            if self.cleaned_data.get(field.name) is not None
        }
        return Definition(**({"name": ""} | given))


class StandardForm(forms.Form):
    """A standard from a period on."""

    value = forms.CharField(label=_("Standard"))
    period = forms.CharField(
        label=_("Holds from"), help_text=_("A period such as 2026-11, 2026-W47, 2026-Q4 or 2026-11-22.")
    )
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        help_text=_("Needed where closed periods are judged by another standard than before."),
    )


class WeightForm(forms.Form):
    """How much a KPI counts among those of one subject."""

    weight = forms.IntegerField(label=_("Weight"), min_value=1, max_value=1000)
    must_hold = forms.BooleanField(
        label=_("Must hold"),
        required=False,
        help_text=_("While this KPI does not meet, all of them together are at most “meets”."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class SubjectForm(forms.Form):
    """For whom a KPI is measured, by name, e-mail address or id."""

    subject = forms.CharField(
        label=_("Person or team"), help_text=_("A name, an e-mail address, or a team's name.")
    )
    weight = forms.IntegerField(label=_("Weight"), min_value=1, max_value=1000, initial=1)
    must_hold = forms.BooleanField(label=_("Must hold"), required=False)


class NoteForm(forms.Form):
    """What somebody knows of one point."""

    period = forms.ChoiceField(label=_("Period"))
    text = forms.CharField(label=_("What happened"), widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, periods: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = periods  # type: ignore[attr-defined]


class NoteTextForm(forms.Form):
    """The words of a note."""

    text = forms.CharField(label=_("What happened"), widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """Why a shift is accepted."""

    reason = forms.CharField(label=_("What changed"), help_text=_("New limits will rest on it."))


class BaselineForm(forms.Form):
    """The periods that the limits rest on."""

    first = forms.CharField(label=_("From"), help_text=_("A period such as 2025-01."))
    last = forms.CharField(
        label=_("To"), help_text=_("At least six points; the limits hold from the first on.")
    )
    reason = forms.CharField(label=_("Why these"))
