"""Reading what the pages of what fits send: a grid of texts into plain values, with what cannot be read by its cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leanship.features.projects.portfolio_given import NEW, CandidateGiven, CapacityGiven
from leanship.features.savings import amounts

BLANK: Final = 3  # empty rows below those that are there
_BETWEEN: Final = re.compile(r"\s*;\s*")
_KEY: Final = re.compile(rf"{NEW}?\d{{1,18}}", re.ASCII)


@dataclass(frozen=True)
class Grid:
    """What a grid sent, and what of it cannot be read, by the names of its inputs."""

    name: str
    version: int
    capacities: tuple[CapacityGiven, ...] = ()
    candidates: tuple[CandidateGiven, ...] = ()
    problems: Mapping[str, list[str]] = field(default_factory=dict)


def read_grid(sent: QueryDict, currency: str) -> Grid:
    """The grid as values. New rows that are empty are left out; an empty cell of hours is none."""
    problems: dict[str, list[str]] = {}
    version = sent.get("version", "")
    capacities = []
    for key in _keys(sent, "capacity"):
        name, hours = _text(sent, f"capacity_{key}"), _text(sent, f"hours_{key}")
        if name or hours or not key.startswith(NEW):
            minutes = _minutes(f"hours_{key}", hours, problems)
            capacities.append(CapacityGiven(key, name, minutes))
    columns = [one.key for one in capacities if not one.key.startswith(NEW)]
    candidates = []
    for key in _keys(sent, "candidate"):
        cells = {column: _text(sent, f"h_{key}_{column}") for column in columns}
        name, value = _text(sent, f"candidate_{key}"), _text(sent, f"value_{key}")
        others = {kind: _text(sent, f"{kind}_{key}") for kind in ("excludes", "requires")}
        if key.startswith(NEW) and not any((name, value, *cells.values(), *others.values())):
            continue
        candidates.append(
            CandidateGiven(
                key,
                name,
                _value(f"value_{key}", value, currency, problems),
                {column: _minutes(f"h_{key}_{column}", cell, problems) for column, cell in cells.items()},
                _names(others["excludes"]),
                _names(others["requires"]),
            )
        )
    return Grid(
        _text(sent, "name"),
        int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0,
        tuple(capacities),
        tuple(candidates),
        problems,
    )


def _keys(sent: QueryDict, name: str) -> list[str]:
    return list(dict.fromkeys(key for key in sent.getlist(name) if _KEY.fullmatch(key)))


def _text(sent: QueryDict, name: str) -> str:
    return " ".join(sent.get(name, "").replace("\x00", "").split())


def _names(text: str) -> tuple[str, ...]:
    return tuple(filter(None, _BETWEEN.split(text)))


def _minutes(cell: str, text: str, problems: dict[str, list[str]]) -> int:
    try:
        minutes = amounts.read(text, "hours", "") or 0
        if minutes >= 2**31:
            raise ValueError(_("This is beyond what can be counted."))
    except ValueError as error:
        problems.setdefault(cell, []).append(str(error))
        return 0
    return minutes


def _value(cell: str, text: str, currency: str, problems: dict[str, list[str]]) -> int:
    """Money in minor units; below 0 with a minus before it."""
    loses = text[:1] in ("-", "\N{MINUS SIGN}")
    try:
        value = amounts.read(text[1:] if loses else text, "money", currency)
    except ValueError as error:
        problems.setdefault(cell, []).append(str(error))
        return 0
    if value is None:
        problems.setdefault(cell, []).append(_("Say what it is worth a year; 0 if nothing."))
        return 0
    return -value if loses else value


class NameForm(forms.Form):
    """What a portfolio is called."""

    name = forms.CharField(
        label=gettext_lazy("What it is about"),
        max_length=200,
        help_text=gettext_lazy("For instance: First half of 2027."),
    )


class FileForm(forms.Form):
    """A file or a pasted table, and the hours there are of its columns."""

    file = forms.FileField(label=gettext_lazy("File"), required=False, allow_empty_file=True,
                           help_text=gettext_lazy("CSV or XLSX."))  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("Or paste it here"),
        required=False,
        strip=False,
        max_length=500_000,
        help_text=gettext_lazy("Straight from a spreadsheet, with the row of column names."),
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
    )
    capacities = forms.CharField(
        label=gettext_lazy("Hours there are"),
        required=False,
        max_length=5_000,
        help_text=gettext_lazy(
            "One a line, named as its column: 2027-01=120. Those that the portfolio has need not be named again."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Reads the capacities; one of file and text must be there."""
        given: dict[str, Any] = super().clean() or {}
        if not given.get("file") and not (given.get("text") or "").strip():
            self.add_error("file", _("Choose a file, or paste its rows."))
        return given

    def clean_capacities(self) -> list[CapacityGiven]:
        """Hours by name. Raises ValidationError for a line that is none."""
        found: list[CapacityGiven] = []
        problems: dict[str, list[str]] = {}
        for row in self.cleaned_data["capacities"].splitlines():
            if not row.strip():
                continue
            name, equals, hours = (part.strip() for part in row.rpartition("="))
            if not equals or not name or not hours:
                problems.setdefault("", []).append(
                    _("“%(line)s”: write it as 2027-01=120.") % {"line": row[:60]}
                )
            else:
                found.append(CapacityGiven(name, name, _minutes("", hours, problems)))
        if problems:
            raise ValidationError(problems[""])
        return found


class TakeForm(forms.Form):
    """Which projects to take over as candidates."""

    projects = forms.MultipleChoiceField(
        label=gettext_lazy("Open opportunities and projects"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one.")},
    )

    def __init__(self, choices: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["projects"]
        field.choices = choices
