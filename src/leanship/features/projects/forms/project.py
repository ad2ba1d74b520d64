"""Reading what the pages of a project send; the actions decide whether it will do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from leanship.domain.stages import ORDER
from leanship.features.org.forms import PersonField
from leanship.features.projects import stage_words
from leanship.features.projects.forms.fields import TeamField, version, words
from leanship.features.projects.models import Project, Trial, Why


def _serves() -> list[tuple[str, Any]]:
    return [("", "–"), *stage_words.serves_choices()]


class _About(forms.Form):
    serves = forms.ChoiceField(label=_("Whom it serves"), choices=_serves, required=False)
    serves_whom = forms.CharField(
        label=_("By name"),
        required=False,
        max_length=200,
        help_text=_("Which team, client or community."),
    )
    team = TeamField(label=_("Team"), required=False, help_text=_("Where the change would happen."))


class RaiseForm(_About):
    """An opportunity, in as few words as will do."""

    field_order = ("title", "seen", "serves", "serves_whom", "team", "take_up")
    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        help_text=_("The matter in one line. What resembles it is shown below as you type."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "hx-get": reverse_lazy("projects:similar"),
                "hx-trigger": "input changed delay:400ms",
                "hx-target": "#similar",
                "hx-swap": "innerHTML",
            }
        ),
    )
    seen = words(
        _("What was seen"), rows=4, help_text=_("Where and when, and what happened. Not who is to blame.")
    )
    take_up = forms.BooleanField(
        label=_("I take it up and lead it"), required=False, help_text=_("Otherwise anybody can.")
    )


class AboutForm(_About):
    """Title, whom it serves, and where."""

    field_order = ("title", "serves", "serves_whom", "team", "version")
    title = forms.CharField(label=_("Title"), max_length=200)
    version = version()


class HandOverForm(forms.Form):
    """Who leads from now on."""

    to = PersonField(label=_("Who leads it from now on"))


class MemberForm(forms.Form):
    """Who works on it."""

    person = PersonField(label=_("Who works on it"))


class StageForm(forms.Form):
    """To which stage, and why."""

    to = forms.ChoiceField(
        label=_("To"),
        choices=lambda: [(stage.value, stage_words.stage_name(stage)) for stage in ORDER],
    )
    reason = words(
        _("Why"),
        rows=2,
        required=False,
        help_text=_("Needed to go back, or to skip a stage: what it asks for stays open."),
    )

    def __init__(self, *args: Any, needs_reason: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if needs_reason and not self.is_bound:
            self.fields[
                "reason"
            ].required = True  # as it is shown; the action knows where the move really goes


class EndForm(forms.Form):
    """How a project ended."""

    outcome = forms.ChoiceField(
        label=_("How it ends"),
        choices=[
            (Project.Outcome.STANDARDISED.value, _("Standardised: the new way is how it is done now")),
            (Project.Outcome.STOPPED.value, _("Stopped: it is not carried on")),
        ],
        widget=forms.RadioSelect,
    )
    reason = words(
        _("Why"), rows=3, required=False, help_text=_("Needed for a stop: what was learned is worth keeping.")
    )


class TextForm(forms.Form):
    """One text of the page."""

    text = words("", rows=6, required=False, autofocus=True)
    version = version()


class WhyForm(forms.Form):
    """An answer to "why?"."""

    text = words(_("Why?"), rows=2, autofocus=True)
    evidence = words(
        _("How do you know?"), rows=2, required=False, help_text=_("Seen, counted or tried; not supposed.")
    )
    finding = forms.ChoiceField(
        label=_("What was found"),
        choices=lambda: [(code, stage_words.finding_name(code)) for code in Why.Finding.values],
        initial=Why.Finding.OPEN,
    )
    version = version()


class TrialForm(forms.Form):
    """A test or a prototype before it runs."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=lambda: [(code, stage_words.trial_name(code)) for code in Trial.Kind.values]
    )
    what = words(_("What is tried"), rows=2, autofocus=True)
    prediction = words(
        _("What do you expect?"),
        rows=2,
        required=False,
        help_text=_("In a figure if you can. Written now, it is dated before the result."),
    )
    why = forms.ChoiceField(label=_("Which cause it tries"), required=False)
    version = version()

    def __init__(self, *args: Any, causes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if causes:
            self.fields["why"].choices = [("", "–"), *causes]  # type: ignore[attr-defined]
        else:
            del self.fields["why"]


class ResultForm(forms.Form):
    """What came of a test."""

    result = words(_("What came"), rows=2, autofocus=True)
    outcome = forms.ChoiceField(
        label=_("Against what you expected"),
        choices=lambda: [(code, stage_words.outcome_name(code)) for code in Trial.Outcome.values],
        widget=forms.RadioSelect,
    )
    learned = words(_("What was learned"), rows=2, required=False)
    version = version()


class PlanForm(forms.Form):
    """Something to be done."""

    what = forms.CharField(label=_("What"), max_length=300, widget=forms.TextInput(attrs={"autofocus": True}))
    owner = PersonField(label=_("Who"))
    due_on = forms.DateField(
        label=_("By when"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    version = version()


class CommentForm(forms.Form):
    """Something said."""

    text = words(_("Your words"), rows=3)


class FileForm(forms.Form):
    """A file."""

    file = forms.FileField(label=_("File"), max_length=255)
