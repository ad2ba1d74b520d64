"""The words of the map of people and of feedback, made at reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

STANCES: Final = ("against", "doubtful", "neutral", "for", "active")  # from left to right


def stance(code: str) -> str:
    """A stance as it is shown."""
    return {
        "against": _("Against"),
        "doubtful": _("Doubtful"),
        "neutral": _("Neutral"),
        "for": _("For"),
        "active": _("Active"),
    }[code]


def influence(degree: int) -> str:
    """How much somebody's word counts for the project."""
    return {1: _("Little influence"), 2: _("Some influence"), 3: _("Much influence")}[degree]


def basis(code: str) -> str:
    """How it is known."""
    return {"seen": _("Seen"), "said": _("Said")}[code]


def step(code: str) -> str:
    """What was done to win somebody over."""
    return {
        "showed_data": _("Shown the data"),
        "asked_feedback": _("Asked for feedback"),
        "tried_together": _("Tried it with them"),
        "helped_theirs": _("Helped with theirs"),
        "gave_credit": _("Gave credit"),
    }[code]


def initials(name: str) -> str:
    """The first letters of the first and the last word."""
    words = name.split()
    chosen = words[:1] + words[1:][-1:]
    return "".join(word[0] for word in chosen).upper()


def reached(within: bool, *, own: bool) -> str:
    """Whether authority reaches somebody; `own`: said to the leader."""
    if within:
        return _("In your line") if own else _("In the leader's line")
    if own:
        return _("Outside your line: authority does not reach them")
    return _("Outside the leader's line: authority does not reach them")


def reach(outside: int, everybody: int, *, own: bool) -> str:
    """How far authority reaches in total; empty without anybody."""
    if not everybody:
        return ""
    values = {"outside": outside, "all": everybody}
    if own:
        text = ngettext(
            "%(outside)d of %(all)d person whose support is needed is outside your line.",
            "%(outside)d of %(all)d people whose support is needed are outside your line.",
            everybody,
        )
    else:
        text = ngettext(
            "%(outside)d of %(all)d person whose support is needed is outside the leader's line.",
            "%(outside)d of %(all)d people whose support is needed are outside the leader's line.",
            everybody,
        )
    return text % values


def lane(name: str, stances: Sequence[str], within: bool, *, own: bool) -> str:
    """One lane of the chart for those who hear it: "Dev Patel: Doubtful, then For. In your line"."""
    then = _(", then ").join(stances)
    return _("%(name)s: %(stances)s. %(reach)s.") % {
        "name": name,
        "stances": then,
        "reach": reached(within, own=own),
    }


def deed(code: str) -> str:
    """What became of feedback."""
    return {
        "taken_up": _("Taken up"),
        "partly": _("Partly taken up"),
        "not_taken_up": _("Not taken up"),
    }[code]
