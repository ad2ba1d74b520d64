"""What is typed about feedback; the actions judge it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from leanship.features.org.forms import PersonField
from leanship.features.org.models import Person
from leanship.features.projects.models import FeedbackRequest


class AskForm(forms.Form):
    """A question, and up to three colleagues it goes to."""

    question = forms.CharField(
        label=_("Your question"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "One thing they can answer from what they see: what works, what is in the way, what is missing."
        ),
    )
    person = PersonField(label=_("Colleague"))
    person_2 = PersonField(label=_("And"), required=False)
    person_3 = PersonField(label=_("And"), required=False)

    def people(self) -> list[Person]:
        """Those who are asked."""
        chosen = (self.cleaned_data[name] for name in ("person", "person_2", "person_3"))
        return [each for each in chosen if each is not None]


class AnswerForm(forms.Form):
    """The answer."""

    text = forms.CharField(label=_("Your answer"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 5}))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class TellForm(forms.Form):
    """What became of it."""

    deed = forms.ChoiceField(
        label=_("What became of it"), choices=FeedbackRequest.Deed.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("In your words"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What you changed because of it; or why you did not."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
