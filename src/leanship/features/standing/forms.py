"""What people type on these pages; the actions judge it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from leanship.features.base.models import Comment


class CommentForm(forms.Form):
    """Something said about a standing, or a request to put a figure right."""

    text = forms.CharField(
        label=_("Your words"), widget=forms.Textarea(attrs={"rows": 3}), max_length=5_000, strip=True
    )


class AnswerForm(forms.Form):
    """The answer to a correction request."""

    outcome = forms.ChoiceField(
        label=_("What became of it"),
        choices=[
            (Comment.Outcome.CORRECTED.value, _("The figure was corrected")),
            (Comment.Outcome.EXPLAINED.value, _("The figure stands, as explained")),
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Your answer"),
        help_text=_("The person who asked reads it, and so does everyone who can see this page."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5_000,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class PutOffForm(forms.Form):
    """A next step that can wait."""

    step = forms.CharField(widget=forms.HiddenInput, max_length=40)
    about_uid = forms.CharField(widget=forms.HiddenInput, max_length=12, required=False)
    reason = forms.CharField(label=_("Why it can wait"), max_length=500)
    until = forms.DateField(
        label=_("Until"),
        help_text=_("It comes back on that day if it is still true."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
