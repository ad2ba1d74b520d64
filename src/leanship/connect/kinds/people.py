"""People, their reporting lines and teams, from a table with one person a row."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leanship.connect.registry import (
    LISTED,
    ColumnHelp,
    FieldChange,
    Kind,
    Line,
    Option,
    Options,
    Preview,
    Upload,
)
from leanship.features.base.errors import Invalid
from leanship.features.base.models import ImportBatch
from leanship.features.org import actions
from leanship.features.org.access import Actor
from leanship.features.org.incoming import Comparison, compare, people_now
from leanship.features.org.models import Level
from leanship.readers.people import PersonRow
from leanship.readers.tabular import Table
from leanship.web import format as fmt

SAMPLE = """id,name,title,reports_to,department,email,level,team
1,Ingrid Solheim,Managing director,,Board,ingrid@example.org,senior_leader,Board
2,Clara Lindqvist,Head of operations,1,Operations,clara@example.org,,Operations
3,Ben Okafor,Order desk lead,2,Order desk,ben@example.org,,Order desk
4,Ana Ruiz,Order specialist,3,Order desk,ana@example.org,,Order desk
"""


def _labels() -> dict[str, str]:
    return {
        "name": _("Name"),
        "title": _("Title"),
        "reports_to": _("Reports to"),
        "department": _("Department"),
        "grade": _("Grade"),
        "fte_percent": _("Full time (%)"),
        "email": _("E-mail"),
        "level": _("Level"),
        "role": _("Role"),
        "team": _("Team"),
        "started": _("Started"),
    }


def preview(actor: Actor, table: Table, options: Options) -> Preview:
    """Hold the table against the people who are here. Raises Refused."""
    source = options.get("source", "").strip()
    found = compare(
        people_now(actor, source),
        table,
        source=source,
        strict=options.get("strict") == "yes",
        columns={
            name.removeprefix("column."): given
            for name, given in options.items()
            if name.startswith("column.")
        },
        complete=options.get("complete") == "yes",
    )
    changes = found.changes
    return Preview(
        rows=found.file.rows,
        problems=found.file.problems,
        fingerprint=found.fingerprint,
        added_count=len(changes.added),
        changed_count=len(changes.changed),
        unchanged_count=len(changes.unchanged),
        ended_count=len(changes.ended),
        added=tuple(_added(found, person) for person in changes.added[:LISTED]),
        changed=tuple(
            Line(
                name=found.now.here[change.person.id].name,
                note=change.person.title,
                fields=tuple(
                    FieldChange(
                        _labels().get(name, name), _shown(found, name, before), _shown(found, name, after)
                    )
                    for name, (before, after) in change.fields.items()
                ),
            )
            for change in changes.changed[:LISTED]
        ),
        ended=tuple(
            Line(found.now.here[key].name, found.now.here[key].title) for key in changes.ended[:LISTED]
        ),
        facts=_facts(found),
        payload=found,
    )


def _added(found: Comparison, person: PersonRow) -> Line:
    back = _("back again") if person.id in found.now.gone else ""
    return Line(person.name, ", ".join(filter(None, (person.title, person.department, back))))


def _shown(found: Comparison, name: str, value: Any) -> str:
    """A value of a field in words: people by name, levels by their labels."""
    if value is None or value == "":
        return _("nobody") if name == "reports_to" else _("nothing")
    if name == "reports_to":
        in_file = {person.id: person for person in found.file.people} if value not in found.now.here else {}
        known = found.now.here.get(value) or in_file.get(value)
        return known.name if known else str(value)
    if name == "level":
        return str(Level(value).label)
    return fmt.day(value) if isinstance(value, date) else str(value)


def _facts(found: Comparison) -> tuple[tuple[str, str], ...]:
    """The shape of the chart in the file, every oddity said plainly."""
    file, shape = found.file, found.file.shape
    if not file.people:
        return ()
    spans = [
        _("%(id)s (%(span)d)") % {"id": _name(found, key), "span": span} for key, span in shape.largest_spans
    ]
    facts = [
        (_("Rows"), fmt.number(file.rows)),
        (_("People"), fmt.number(file.distinct_ids)),
        (_("Rows left out as repeated"), fmt.number(file.duplicate_ids)),
    ]
    if "reports_to" in file.columns:
        facts += [
            (_("Report to nobody"), fmt.number(len(shape.roots))),
            (_("Depth"), fmt.number(shape.max_depth)),
            (_("Managers"), fmt.number(shape.managers)),
            (_("Mean span"), "" if shape.mean_span is None else fmt.number(shape.mean_span, 2)),
            (_("Largest spans"), ", ".join(spans)),
            (_("Spans over 10"), fmt.number(shape.spans_over_10)),
            (_("Spans of 1"), fmt.number(shape.spans_of_1)),
        ]
    return tuple((label, value) for label, value in facts if value)


def _name(found: Comparison, key: str) -> str:
    return next((person.name for person in found.file.people if person.id == key), key)


def apply(actor: Actor, found: Preview, options: Options, upload: Upload) -> ImportBatch:
    """Take the compared people in. Raises Refused, Invalid for the day or for errors in the file, Conflict."""
    day = options.get("on", "").strip()
    try:
        on = date.fromisoformat(day) if day else None
    except ValueError:
        raise Invalid({"on": [_("Write the day as 2026-11-22.")]}) from None
    return actions.import_people(
        actor, comparison=found.payload, filename=upload.filename, digest=upload.digest, on=on
    )


KIND = Kind(
    key="people",
    label=gettext_lazy("People and reporting lines"),
    about=gettext_lazy("Who is here, what they are, and whom each reports to: one person a row."),
    columns=(
        ColumnHelp("id", gettext_lazy("what tells people apart, such as the personnel number"), True),
        ColumnHelp("name", gettext_lazy("first and last name")),
        ColumnHelp("reports_to", gettext_lazy("the leader's id, e-mail address or name; empty at the top")),
        ColumnHelp("title", gettext_lazy("what stands on the door")),
        ColumnHelp("department", gettext_lazy("as you call it")),
        ColumnHelp("email", gettext_lazy("needed to sign in by link; an empty cell leaves it alone")),
        ColumnHelp(
            "level",
            gettext_lazy(
                "contributor, entry_manager, mid_manager or senior_leader; else worked out for newcomers"
            ),
        ),
        ColumnHelp("role", gettext_lazy("peers are compared within it; the title where it is empty")),
        ColumnHelp("team", gettext_lazy("the team's name; a new name makes a team")),
        ColumnHelp("grade", gettext_lazy("as you call it")),
        ColumnHelp("fte", gettext_lazy("share of full time: 0.8 or 80")),
        ColumnHelp("started", gettext_lazy("the first day, such as 2024-03-01")),
    ),
    sample=SAMPLE,
    preview=preview,
    apply=apply,
    options=(
        Option(
            "source",
            gettext_lazy("Name of the source"),
            gettext_lazy(
                "Where the ids come from, such as HR system. Ids of different sources are kept apart."
            ),
        ),
        Option("on", gettext_lazy("Changes hold from"), gettext_lazy("Today, if left empty."), "day"),
        Option(
            "complete",
            gettext_lazy("The file is complete"),
            gettext_lazy("Whoever came from this source and is not in the file has left."),
            "check",
        ),
        Option(
            "strict",
            gettext_lazy("An id that comes twice is an error"),
            gettext_lazy("Otherwise the first row counts: some posts are shared by two people."),
            "check",
        ),
    ),
    done_url_name="org:home",
    done_label=gettext_lazy("Look at the organisation"),
)
