"""Reading what the pages send; the actions decide whether it will do."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from leanship.features.accounts.models import User
from leanship.features.accounts.queries import modules
from leanship.features.org.models import Level


def _time_zones() -> list[tuple[str, str]]:
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


def local_time_zone() -> str:
    """The time zone this machine is set to, to begin with; UTC where that cannot be told."""
    told = os.environ.get("TZ", "").removeprefix(":")
    path = Path("/etc/localtime")
    if not told and path.is_symlink():
        told = str(path.resolve()).partition("zoneinfo/")[2]
    return told if told in available_timezones() else "UTC"


def _password(label: Any, *, fresh: bool, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        strip=False,
        max_length=1024,  # hashing a longer one would only cost time
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password" if fresh else "current-password"}),
    )


_AT_LEAST = _("At least ten characters, not one of the common ones. A sentence does well.")


class SignInForm(forms.Form):
    """Name and password. `max_length` keeps the look-up and the lock-out's record short."""

    username = forms.CharField(
        label=_("E-mail or sign-in name"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = _password(_("Password"), fresh=False)


class SendLinkForm(forms.Form):
    """Where to mail a sign-in link."""

    username = forms.CharField(
        label=_("E-mail or sign-in name"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )


class PasswordForm(forms.Form):
    """A new password, and the old one where there is one."""

    old = _password(_("Present password"), fresh=False)
    new = _password(_("New password"), fresh=True, help_text=_AT_LEAST)

    def __init__(self, *args: Any, ask_old: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ask_old:
            del self.fields["old"]


class PreferencesForm(forms.Form):
    """Theme, and language where there is more than one."""

    theme = forms.ChoiceField(
        label=_("Theme"), choices=User.Theme.choices, required=False, widget=forms.RadioSelect
    )
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("As the browser asks")), *settings.LANGUAGES]  # type: ignore[attr-defined]
        if len(settings.LANGUAGES) < 2:
            del self.fields["language"]


class TokenForm(forms.Form):
    """A new API key."""

    name = forms.CharField(label=_("What it is for"), max_length=100, help_text=_("Such as: weekly export."))
    may_write = forms.BooleanField(
        label=_("It may write too"),
        required=False,
        help_text=_("Without this it only reads. It never may more than you."),
    )
    expires_on = forms.DateField(
        label=_("Good until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: until you revoke it."),
    )


class InviteForm(forms.Form):
    """An account for somebody; `name` is asked only for somebody who is not in the organisation yet."""

    name = forms.CharField(label=_("Name"), max_length=200)
    username = forms.CharField(
        label=_("E-mail"), max_length=254, help_text=_("They sign in with it. A name without @ does as well.")
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=User.Roles.choices, initial=User.Roles.MEMBER, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            del self.fields["name"]


class RoleForm(forms.Form):
    """Another role for an account."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=User.Roles.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "People partners care for people and policies, and see ratings. Administrators run Leanship and do not."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class OrganisationForm(forms.Form):
    """Name, time zone and currency of the organisation."""

    name = forms.CharField(label=_("Name"), max_length=200)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=_time_zones, help_text=_("Days and periods begin at midnight there.")
    )
    currency = forms.CharField(
        label=_("Currency"),
        min_length=3,
        max_length=3,
        help_text=_("Three letters, such as EUR. Amounts that are there already are not converted."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class SetupForm(forms.Form):
    """The first run: the console's token, the first person, the organisation."""

    token = forms.CharField(
        label=_("Setup token"),
        max_length=200,
        help_text=_(
            "The console in which the server was started shows it. It proves that the machine is yours."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    way = forms.ChoiceField(
        label=_("Who will use Leanship here"),
        choices=[("alone", _("I work alone")), ("several", _("We are several"))],
        initial="alone",
        widget=forms.RadioSelect,
        help_text=_("You can grow from one into many later; nothing is lost."),
    )
    name = forms.CharField(label=_("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.CharField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_("You sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = _password(_("Password"), fresh=True, help_text=_AT_LEAST)
    level = forms.ChoiceField(
        label=_("Where you lead from"),
        choices=Level.choices,
        initial=Level.CONTRIBUTOR,
        widget=forms.RadioSelect,
    )
    organisation = forms.CharField(
        label=_("Name of the organisation"),
        required=False,
        help_text=_("If you work alone it may stay empty."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=_time_zones, help_text=_("Days and periods begin at midnight there.")
    )
    currency = forms.CharField(
        label=_("Currency"), max_length=3, initial="EUR", help_text=_("Three letters.")
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("way") == "several" and not given.get("organisation", "").strip():
            self.add_error("organisation", _("Give the organisation a name."))
        return given


class PolicyForm(forms.Form):
    """What every version of a policy has: the day it begins to hold, and the reason."""

    valid_from = forms.DateField(
        label=_("Holds from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Today or later. What is past stays judged by what held then."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everyone can read it in the history."),
    )

    def value(self) -> dict[str, Any]:
        """The policy's value as the actions take it."""
        raise NotImplementedError

    @classmethod
    def initial_of(cls, value: dict[str, Any]) -> dict[str, Any]:
        """The fields for a value."""
        return dict(value)


class BandsForm(PolicyForm):
    """The two thresholds, in percent of the standard."""

    meets = forms.IntegerField(label=_("Meets from"), help_text=_("Percent of the standard."))
    exceeds = forms.IntegerField(label=_("Exceeds from"), help_text=_("Percent of the standard."))
    field_order = ["meets", "exceeds", "valid_from", "reason"]

    def value(self) -> dict[str, Any]:
        return {"exceeds": self.cleaned_data["exceeds"], "meets": self.cleaned_data["meets"]}


class CorrectionDaysForm(PolicyForm):
    """How soon a correction request is owed an answer."""

    days = forms.IntegerField(label=_("Days"))
    field_order = ["days", "valid_from", "reason"]

    def value(self) -> dict[str, Any]:
        return {"days": self.cleaned_data["days"]}


class ModulesForm(PolicyForm):
    """Which parts are there. The policy keeps those that are off, so that a new part begins switched on."""

    on = forms.MultipleChoiceField(
        label=_("Switched on"),
        required=False,
        choices=modules,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ["on", "valid_from", "reason"]

    def value(self) -> dict[str, Any]:
        return {"off": sorted({name for name, _label in modules()} - set(self.cleaned_data["on"]))}

    @classmethod
    def initial_of(cls, value: dict[str, Any]) -> dict[str, Any]:
        return {"on": [name for name, _label in modules() if name not in value["off"]]}


POLICY_FORMS: dict[str, type[PolicyForm]] = {
    "bands": BandsForm,
    "modules": ModulesForm,
    "correction_days": CorrectionDaysForm,
}


def add_problems(
    form: forms.Form, problems: dict[str, list[str]], fields: dict[str, str] | None = None
) -> None:
    """Put what an action found wrong beside the fields; `fields` translates its names to the form's.

    What belongs to no field of the form stands above them all.
    """
    for name, messages in problems.items():
        field = (fields or {}).get(name, name)
        form.add_error(field if field in form.fields else None, list(messages))
