"""Rules that say what time counts as, from a table: where to look, for which words, and for which class (M24)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from leanship.domain.time_split import LONGEST_PATTERN, RuleField, TimeClass, TimeRule
from leanship.readers.directory import folded
from leanship.readers.problems import Problems, listing
from leanship.readers.tabular import Column, Table, find_columns

COLUMNS: Final = (
    Column("field", ("where", "in"), required=True),
    Column("pattern", ("words", "text", "contains"), required=True),
    Column("class", ("kind", "counts as"), required=True),
)

FIELDS: Final[Mapping[str, RuleField]] = {
    word: field
    for field, words in {
        RuleField.CATEGORY: ("category", "categories"),
        RuleField.TITLE: ("title", "summary", "subject"),
        RuleField.ATTENDEE: ("attendee", "attendees"),
        RuleField.ORGANISER: ("organiser", "organizer"),
    }.items()
    for word in words
}
CLASSES: Final[Mapping[str, TimeClass]] = {
    kind.value: kind for kind in (TimeClass.STRATEGIC, TimeClass.TACTICAL)
}


@dataclass(frozen=True, slots=True)
class TimeRuleFile:
    """The rules of a file in their order, and its problems."""

    rules: tuple[TimeRule, ...]
    problems: Problems


def read_time_rules(table: Table, *, columns: Mapping[str, str] | None = None) -> TimeRuleFile:
    """The rules in a table, in its order; `columns` says which column is which where the names do not.

    Every cell of a rule must be filled, and a word that is no field or no class is an error.
    """
    problems = table.problems.copy()
    found = find_columns(table, COLUMNS, columns, problems)
    if len(found) < len(COLUMNS):
        return TimeRuleFile((), problems)
    names = {name: table.header[index] for name, index in found.items()}
    texts = {name: table.text(index) for name, index in found.items()}
    rules = []
    for place, row in enumerate(table.rows):
        cells = {name: texts[name][place] for name in names}
        if not any(cells.values()):
            continue
        for name, cell in cells.items():
            if not cell:
                problems.error("missing", row=row, column=names[name])
        field, kind = FIELDS.get(folded(cells["field"])), CLASSES.get(folded(cells["class"]))
        for name, meant, known in (("field", field, RuleField), ("class", kind, CLASSES)):
            if cells[name] and meant is None:
                problems.error(
                    "choice", row=row, column=names[name], value=cells[name], known=listing(map(str, known))
                )
        pattern = cells["pattern"]
        if len(pattern) > LONGEST_PATTERN:
            values = {"length": len(pattern), "limit": LONGEST_PATTERN}
            problems.error("too_long", row=row, column=names["pattern"], **values)
        elif field is not None and kind is not None and pattern:
            rules.append(TimeRule(field, pattern, kind))
    return TimeRuleFile(tuple(rules), problems)
