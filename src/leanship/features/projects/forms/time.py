"""Forms about calendars, rules and working hours."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from leanship.features.base.errors import Invalid
from leanship.features.projects import time_words


def add_problems(form: forms.Form, error: Invalid) -> None:
    """Put what an action found wrong beside the fields; what belongs to none goes on top."""
    for name, messages in error.problems.items():
        for message in messages:
            form.add_error(name if name in form.fields else None, message)


class _Own(forms.Form):
    """What every calendar has beside where it comes from."""

    name = forms.CharField(label=_("Name"), max_length=200, required=False, help_text=_("Only you see it."))
    time_zone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        required=False,
        help_text=_("For events that name none, such as Europe/Oslo. Empty: that of the organisation."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "time-zones"}),
    )
    addresses = forms.CharField(
        label=_("Your e-mail addresses in it"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Each on a line of its own. By them Leanship knows what you declined."),
    )

    def clean_addresses(self) -> list[str]:
        """One address a line, or parted by commas."""
        text: str = self.cleaned_data["addresses"]
        return text.replace(",", "\n").split()

    @property
    def zones(self) -> list[str]:
        """Names to choose from."""
        return sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))


class CalendarFileForm(_Own):
    """A calendar as a file."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("What your calendar exports; it ends in .ics."),
        widget=forms.ClearableFileInput(attrs={"accept": ".ics,text/calendar"}),
    )
    field_order = ("file", "name", "addresses", "time_zone")


class NewerFileForm(forms.Form):
    """A newer file of a calendar that is there."""

    file = forms.FileField(
        label=_("A newer file"),
        help_text=_("Events that are no longer in it go; those that stay keep their class."),
        widget=forms.ClearableFileInput(attrs={"accept": ".ics,text/calendar"}),
    )


class CalendarAddressForm(_Own):
    """A calendar by its address. What was typed is not written back: it is as secret as a password."""

    address = forms.CharField(
        label=_("Private address"),
        max_length=2_000,
        help_text=_(
            "The secret address in iCal format that your calendar offers. It is kept sealed and never shown again."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ("address", "name", "addresses", "time_zone")


class CalendarForm(_Own):
    """What can be changed of a calendar."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ("name", "addresses", "time_zone")


class RuleForm(forms.Form):
    """A rule; what it catches is shown beside it while it is typed."""

    field = forms.ChoiceField(label=_("Looks at"), choices=list(time_words.FIELDS.items()), initial="title")
    pattern = forms.CharField(
        label=_("For the words"),
        max_length=200,
        help_text=_(
            "Whole words, in this order; capitals and accents do not count. Plan* finds planning too."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=_("What it catches is"),
        choices=[(key, label) for key, label in time_words.KINDS.items() if key],
        widget=forms.RadioSelect,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def so_far(self) -> dict[str, str] | None:
        """What has been typed of a rule that can catch something; None until there is enough."""
        said = {name: str(self[name].value() or "").strip() for name in ("field", "pattern", "kind")}
        said["pattern"] = " ".join(said["pattern"].replace("\0", "").split())
        if not 0 < len(said["pattern"]) <= 200 or said["field"] not in time_words.FIELDS:
            return None
        return said if said["kind"] in time_words.KINDS else {**said, "kind": ""}


class HoursForm(forms.Form):
    """Contracted hours from a day on."""

    hours = forms.DecimalField(
        label=_("Contracted hours a week"),
        min_value=1,
        max_value=80,
        max_digits=4,
        decimal_places=2,
        required=False,
        help_text=_("Absences are taken off. Empty: not known, and shares are of the hours in calendars."),
    )
    no_target = forms.BooleanField(
        label=_("My whole role is improvement"),
        required=False,
        help_text=_("Then there is no target. Whoever sees your share sees that you said so."),
    )
    valid_from = forms.DateField(
        label=_("Holds from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    @property
    def minutes(self) -> int | None:
        """The hours in whole minutes."""
        value: Any = self.cleaned_data["hours"]
        return None if value is None else round(value * 60)
