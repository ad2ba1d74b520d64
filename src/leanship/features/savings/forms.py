"""Reading what the pages of savings send; the actions decide whether it will do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leanship.features.org.forms import PersonField
from leanship.features.savings import amounts
from leanship.features.savings.models import Saving

_HOURS = gettext_lazy("Hours are written as 2.5 or 2:30.")


def _amount(label: Any, help_text: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=40, widget=widget)


class FiguresForm(forms.Form):
    """Target, forecast and actual, of one kind and currency."""

    target = _amount(gettext_lazy("Target"), gettext_lazy("What is aimed at."))
    forecast = _amount(gettext_lazy("Forecast"), gettext_lazy("What is expected by now."))
    actual = _amount(gettext_lazy("Actual"), gettext_lazy("What is there. Only this is confirmed."))

    def __init__(self, *args: Any, kind: str, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.counted, self.currency = kind, currency
        if kind == Saving.Kind.HOURS:
            self.fields["target"].help_text = _HOURS

    def clean(self) -> dict[str, Any]:
        """Reads the three figures as they are kept."""
        given: dict[str, Any] = super().clean() or {}
        kind = str(given.get("kind") or self.counted)
        for which in ("target", "forecast", "actual"):
            try:
                given[which] = amounts.read(str(given.get(which) or ""), kind, self.currency)
            except ValueError as error:
                self.add_error(which, str(error))
        return given

    def figures(self) -> dict[str, int | None]:
        """The three as they are kept."""
        return {which: self.cleaned_data.get(which) for which in ("target", "forecast", "actual")}


class ClaimForm(FiguresForm):
    """What is saved, in what, and how much."""

    field_order = ("kind", "unit", "per", "target", "forecast", "actual")

    kind = forms.ChoiceField(
        label=gettext_lazy("What is saved"),
        choices=[
            ("money", gettext_lazy("Money")),
            ("hours", gettext_lazy("Hours")),
            ("other", gettext_lazy("Something else")),
        ],
    )
    unit = forms.CharField(
        label=gettext_lazy("Counted in"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Only for something else: kg of paper, kilometres. Whole numbers."),
    )
    per = forms.ChoiceField(
        label=gettext_lazy("How often"),
        choices=[("year", gettext_lazy("Every year")), ("once", gettext_lazy("Once"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, kind=Saving.Kind.MONEY, **kwargs)
        self.fields["target"].help_text = _("What is aimed at. Hours are written as 2.5 or 2:30.")


class ChangeFiguresForm(FiguresForm):
    """Other figures, and why."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Asked for when a confirmed figure changes; it has to be confirmed anew."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class AskForm(forms.Form):
    """Who is asked to confirm."""

    asked = PersonField(
        label=gettext_lazy("Colleague"),
        help_text=gettext_lazy(
            "Somebody outside your line of reporting who can see whether it is so, and who has had nothing confirmed "
            "by you within a year."
        ),
    )


class DecideForm(forms.Form):
    """Yes or no, and why."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Is it so?"),
        choices=[
            ("confirmed", gettext_lazy("Yes, I confirm it")),
            ("declined", gettext_lazy("No, I cannot confirm it")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("How you know, or why not"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Needed for a no. The one who asked reads it, and nobody else."),
    )


class AgainForm(forms.Form):
    """Is the gain still there?"""

    holds = forms.ChoiceField(
        label=gettext_lazy("Is the gain still there?"),
        choices=[("yes", gettext_lazy("Yes, it holds")), ("no", gettext_lazy("No, it is gone"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("What you see"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Needed when it is gone."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
