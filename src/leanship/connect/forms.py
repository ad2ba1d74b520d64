"""Reading what is sent for an import."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leanship.connect.registry import Kind

# How a file is written, where it does not show it by itself.
READING = ("encoding", "delimiter", "decimal", "date_order", "sheet")


class UploadForm(forms.Form):
    """A file or a pasted table, the choices of its kind, and how it is written."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy("CSV or XLSX."),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste it here"),
        required=False,
        strip=False,
        help_text=gettext_lazy("Straight from a spreadsheet, with the row of column names."),
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
    )
    encoding = forms.CharField(
        label=gettext_lazy("Encoding"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Such as windows-1252. UTF-8 and UTF-16 are recognised."),
    )
    delimiter = forms.ChoiceField(
        label=gettext_lazy("Columns are separated by"),
        required=False,
        choices=[
            ("", gettext_lazy("what the file shows")),
            (",", gettext_lazy("comma")),
            (";", gettext_lazy("semicolon")),
            ("tab", gettext_lazy("tab")),
            ("|", gettext_lazy("bar")),
        ],
    )
    decimal = forms.ChoiceField(
        label=gettext_lazy("Decimal sign"),
        required=False,
        choices=[
            ("", gettext_lazy("what the file shows")),
            (".", gettext_lazy("point")),
            (",", gettext_lazy("comma")),
        ],
    )
    date_order = forms.ChoiceField(
        label=gettext_lazy("Order in dates"),
        required=False,
        choices=[
            ("", gettext_lazy("what the file shows")),
            ("dmy", gettext_lazy("day, month, year")),
            ("mdy", gettext_lazy("month, day, year")),
            ("ymd", gettext_lazy("year, month, day")),
        ],
    )
    sheet = forms.CharField(label=gettext_lazy("Sheet of a workbook"), required=False, max_length=100)

    def __init__(self, kind: Kind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for option in kind.options:
            self.fields[f"option_{option.name}"] = _field_of(option)
        for column in kind.columns:
            self.fields[f"column_{column.name}"] = forms.CharField(
                label=column.name, required=False, max_length=200
            )

    def clean(self) -> dict[str, Any]:
        """Either a file or text, not both, not neither."""
        given = super().clean() or self.cleaned_data
        has_file, has_text = given.get("file") is not None, bool((given.get("text") or "").strip())
        if has_file and has_text:
            raise ValidationError(_("There is a file and pasted text. Send one of them."))
        if not has_file and not has_text and "file" not in self.errors:
            self.add_error("file", _("Choose a file, or paste a table below."))
        return given

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """The choices of this kind."""
        return [self[f"option_{option.name}"] for option in self.kind.options]

    @property
    def reading_fields(self) -> list[forms.BoundField]:
        """How the file is written."""
        return [self[name] for name in READING]

    @property
    def column_fields(self) -> list[forms.BoundField]:
        """What columns are called in the file, where they have other names."""
        return [self[f"column_{column.name}"] for column in self.kind.columns]

    @property
    def folded_errors(self) -> bool:
        """Whether a field that is folded away has an error."""
        return any(field.errors for field in (*self.reading_fields, *self.column_fields))

    def options(self) -> dict[str, str]:
        """What was chosen, as plain text: options by name, columns as `column.<name>`, the rest by name."""
        given = self.cleaned_data
        chosen: dict[str, str] = {name: str(given.get(name) or "") for name in READING}
        for option in self.kind.options:
            value = given.get(f"option_{option.name}")
            if option.widget == "check":
                chosen[option.name] = "yes" if value else ""
            elif option.widget == "day":
                chosen[option.name] = value.isoformat() if value else ""
            else:
                chosen[option.name] = str(value or "")
        for column in self.kind.columns:
            chosen[f"column.{column.name}"] = str(given.get(f"column_{column.name}") or "")
        return {name: value for name, value in chosen.items() if value}


def _field_of(option: Any) -> forms.Field:
    if option.widget == "check":
        return forms.BooleanField(label=option.label, help_text=option.help, required=False)
    if option.widget == "day":
        return forms.DateField(
            label=option.label,
            help_text=option.help,
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}),
        )
    return forms.CharField(
        label=option.label, help_text=option.help, required=False, max_length=200, initial=option.default
    )
