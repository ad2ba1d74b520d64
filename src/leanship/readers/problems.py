"""What is wrong with a file, told by row and column, all at once.

A problem carries a stable `code`, the `values` that fill its sentence, and the sentence in English. A face
that speaks another language translates `MESSAGES[code]` and fills in the same values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

Level = Literal["error", "warning"]

#: More problems of one code than this are counted, not listed: a million wrong rows have one cause.
LISTED_OF_A_KIND: Final = 200

#: What a value may take up in a sentence; a cell of ten megabytes must not come back in a message.
SHOWN: Final = 60

MESSAGES: Final[dict[str, str]] = {
    # The file as a whole.
    "not_found": "There is no file %(file)s. Check the name and the folder.",
    "not_readable": "%(file)s cannot be opened: %(reason)s.",
    "too_large": "The file has %(size)s MB; at most %(limit)s MB are read. Split it into parts.",
    "empty": "The file is empty. Export it again, with a first row that names the columns.",
    "header_only": "The file names its columns but has no rows below them.",
    "many_alike": "%(count)s more problems like the ones listed (%(kind)s).",
    # Text files.
    "encoding_unknown": "There is no encoding called %(encoding)s. Try utf-8, utf-16 or windows-1252.",
    "encoding": "The byte 0x%(byte)s is not valid %(tried)s. If the file comes from an older program, name its"
    " encoding, for example --encoding windows-1252 (or latin-1).",
    "nul": "There is a NUL byte here, so this is no plain text. If the file is UTF-16 without a mark, say"
    " --encoding utf-16-le; otherwise export it again as CSV.",
    "delimiter_unclear": "It is not clear what separates the columns: %(candidates)s all fit the first row."
    ' Say which, for example --delimiter ";".',
    "delimiter_wrong": "With %(delimiter)s between columns there is only one, called %(header)s. It looks as if"
    " %(better)s separates them; leave --delimiter out, or name that one.",
    "delimiter_bad": "A delimiter is one character, such as , ; or tab; %(delimiter)s is not.",
    "quote_not_closed": "A quotation mark opens here and is not closed again. Close it; if the file was cut off"
    " in the middle, export it again.",
    "quotes": "The quotation marks in this cell do not fit together. Double those inside the text, or export"
    " the file again.",
    "row_too_short": "This row has %(found)s of %(expected)s cells. Fill in what is missing.",
    "cut_off": "The last row has %(found)s of %(expected)s cells: the file seems to be cut off. Export it again.",
    "row_too_long": "This row has %(found)s cells, the first row %(expected)s. Put cells that contain the"
    " delimiter in quotation marks.",
    "cell_too_large": "This cell holds more than %(limit)s characters. Shorten it, or see whether a quotation"
    " mark is missing.",
    "too_many_rows": "The file has more than %(limit)s rows. Split it into parts.",
    "too_many_columns": "The file has more than %(limit)s columns. Leave out those that are not needed.",
    # Workbooks.
    "workbook_not_zip": "This is not an XLSX workbook, though its name says so. Save it again as XLSX or CSV.",
    "workbook_broken": "The workbook cannot be read: %(reason)s. Save it again as XLSX, or as CSV.",
    "workbook_password": "The workbook is protected by a password. Save it without one and try again.",
    "workbook_old": "This is a workbook of the old XLS kind. Save it as XLSX or CSV.",
    "workbook_bomb": "Unpacked, the workbook would be larger than %(limit)s MB. Split it, or save it as CSV.",
    "workbook_sparse": "The sheet reaches to row %(rows)s and column %(columns)s, far more than it holds. Delete"
    " the stray cells at its end, or save it as CSV.",
    "sheet_unknown": "There is no sheet called %(sheet)s. The workbook has: %(found)s.",
    "sheet_chosen": "The workbook has %(count)s sheets; only %(sheet)s was read. Name another with --sheet.",
    "formula_without_value": "This formula has no stored result. Open the workbook in a spreadsheet program,"
    " save it there, and try again.",
    "cell_error": "The cell shows the spreadsheet error %(value)s; it is read as empty. Correct the formula.",
    # Columns.
    "column_twice": "Two columns are called %(name)s (numbers %(first)s and %(second)s). Rename one.",
    "column_unnamed": "Column %(number)s has no name in the first row; it is left out.",
    "column_missing": "The column %(name)s is missing. The file has: %(found)s. Rename one, or say which one it is.",
    "column_override": "There is no column %(name)s to take for %(wanted)s. The file has: %(found)s.",
    "column_ambiguous": "Both %(first)s and %(second)s could be the column %(name)s. Say which one it is.",
    # People.
    "name_missing": "Nobody's name is given, as for a vacant post; %(shown)s is shown in its place.",
    "ids_from_names": "There is no column id, so names tell people apart: whoever is renamed comes in as somebody new.",
    "id_twice": "%(id)s is in row %(first)s already. That row counts; this one is left out.",
    "name_twice": "%(name)s is in row %(first)s already, and there is no column id to tell two people apart. Add ids.",
    "email_twice": "%(email)s belongs to %(other)s in row %(first)s already. Correct one of them.",
    "email_taken": "%(email)s belongs to %(other)s, who is known already. Correct one of them.",
    "email": "%(value)s is not an e-mail address.",
    "too_long": "This cell has %(length)s characters; at most %(limit)s fit. Shorten it.",
    "level": "%(value)s is none of the four levels (%(known)s); the level is left as it is.",
    "fte": "%(value)s is no share of full time. Write 0.8 or 80 %%.",
    "leader_unknown": "There is nobody with the id, e-mail or name %(leader)s. Add that person, or correct this cell.",
    "leader_unknown_near": "There is nobody with the id, e-mail or name %(leader)s. Is it %(near)s?",
    "leader_ambiguous": "%(leader)s is the name of both %(first)s and %(second)s. Write the id instead.",
    "self_report": "%(id)s reports to themselves. Leave the cell empty for whoever is at the top.",
    "loop": "These people report to each other in a circle: %(loop)s. Let one of them report to somebody else,"
    " or to nobody.",
    "several_roots": "%(count)s people report to nobody: %(roots)s. Nothing is wrong with that if it is meant so.",
    "no_lines": "Nobody in this file reports to anybody: it is a list of people, not yet a chart.",
    # KPIs and measurements.
    "subject_unknown": "There is no person or team with the id, e-mail or name %(subject)s (rows: %(rows)s).",
    "subject_unknown_near": "There is no person or team called %(subject)s (rows: %(rows)s). Is it %(near)s?",
    "subject_ambiguous": "%(subject)s is the name of %(count)s people or teams. Write the id instead.",
    "kpi_unnamed": "The file does not say which KPI it holds. Add a column kpi, or name one with --kpi.",
    "kpi_unknown": "There is no KPI called %(kpi)s. Define it first, or correct the name.",
    "kpi_unknown_near": "There is no KPI called %(kpi)s. Is it %(near)s?",
    "period": "%(value)s is not a period. Write 2026-11-22, 2026-W47, 2026-11 or 2026-Q4.",
    "period_ahead": "%(period)s has not begun yet. Correct the period, or leave the row out.",
    "period_old": "%(period)s lies before 1900. Correct the period.",
    "period_cadence": "%(value)s is a %(found)s, but %(kpi)s is kept by %(cadence)s.",
    "period_mixed": "%(value)s is a %(found)s, but row %(other)s (%(other_value)s) is a %(cadence)s, and both are of"
    " %(kpi)s. Write one kind of period for a KPI.",
    "dates_as_periods": "The dates of %(kpi)s are taken for %(cadence)ss, as %(value)s for %(read)s. If they are"
    " days, say --cadence day.",
    "duplicate": "Row %(first)s has another value for %(subject)s, %(kpi)s, %(period)s: %(first_value)s there,"
    " %(value)s here. Take one of the two out.",
    "duplicate_same": "Row %(first)s says the same of %(subject)s, %(kpi)s, %(period)s; it is taken once.",
    "decimals": "%(value)s has more than the %(decimals)s decimals that are kept. Give the KPI more decimals, or round"
    " it in the file.",
    "number_range": "%(value)s is too large to be kept with %(decimals)s decimals.",
    "part_missing": "A ratio needs both parts, numerator and denominator; one of them is empty.",
    "part_denominator": "The denominator must be above 0; %(value)s is not.",
    "ratio_differs": "The parts give %(ratio)s, and the value here is %(value)s. Correct one of them; or it is counted"
    " in something else than the KPI, such as in percent.",
    "ratio_unknown": "%(kpi)s has two parts but no value, and is not known yet. Define it as a ratio first, or add"
    " a column value.",
    "direction": "%(value)s says neither that higher nor that lower is better. Write higher or lower.",
    "direction_differs": "Here %(value)s is better for %(kpi)s, in row %(first)s it is the other way round.",
    "columns_ignored": "These columns are no periods and are left out: %(columns)s.",
    "no_values": "There is no value in this file: every cell that could hold one is empty.",
    "kpi_differs": "%(kpi)s is described differently in row %(first)s (%(other)s there). A KPI has one description.",
    "series_twice": "%(kpi)s for %(subject)s is in row %(first)s already. Take one of the two out, or give the later"
    " standard its own standard_from.",
    "cadence_needed": "To know when this standard begins, the cadence of %(kpi)s is needed. Fill in its cadence.",
    "period_wanted": "%(value)s is no %(cadence)s. Write 2026-11-22, 2026-W47, 2026-11 or 2026-Q4.",
    "choice": "%(value)s is none of: %(known)s.",
    "whole_range": "%(value)s is no whole number from %(low)s to %(high)s.",
    "yes_no": "%(value)s is neither yes nor no.",
    "thresholds": "*Exceeds* (%(exceeds)s) must be above *meets* (%(meets)s).",
    "floor_ceiling": "The ceiling (%(ceiling)s) must be above the floor (%(floor)s).",
    # What fits.
    "hours_negative": "%(value)s hours are fewer than none. Correct the cell.",
    "candidate_twice": "%(name)s is in row %(first)s already. Give one of them another name.",
    "candidate_unknown": "There is no project called %(name)s in this file. Correct the name, or add the project.",
    "candidate_itself": "%(name)s cannot exclude or require itself. Take its name out here.",
    "capacity_missing": "There is no column with the hours for %(name)s. The file has: %(found)s.",
    "columns_without_capacity": "These columns are no capacity and are left out: %(columns)s.",
    # Cells.
    "project_twice": "%(project)s is in row %(first)s already. Take one of the two out, or give each its id.",
    "project_ambiguous": "%(count)s projects are called %(project)s. Write the id of the one that is meant.",
    "project_ended": "%(project)s has ended and is not changed by a file. Reopen it on its page first.",
    "end_in_part": "When a project ended and how belong together. Fill in both ended_on and outcome, or neither.",
    "person_wanted": "%(subject)s is a team, and a project is led by a person.",
    "team_wanted": "%(subject)s is a person, not a team.",
    "day_ahead": "%(value)s lies in the future.",
    "missing": "This cell must not be empty.",
    "number": "%(value)s is not a number.",
    "decimal_unclear": "%(value)s can mean two numbers. Say which sign is the decimal one: --decimal , or --decimal .",
    "decimal_mixed": "Here %(value)s has a decimal comma, but row %(other)s (%(other_value)s) a decimal point. Write"
    " them alike, or say which sign it is: --decimal , or --decimal .",
    "date": "%(value)s is not a date. Write it as 2026-11-22.",
    "date_order_unclear": "%(value)s can mean two dates. Say which comes first: --date-order dmy or --date-order mdy.",
    "date_order_mixed": "%(value)s and row %(other)s (%(other_value)s) put day and month in different order."
    " Write them alike, best as 2026-11-22.",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where.

    `row` counts as a person sees it in a spreadsheet: the header is row 1; in a text file it is the physical
    line on which the record begins. `column` is the column's name as written, or its number where it has none.
    """

    level: Level
    file: str
    row: int | None
    column: str | None
    message: str
    code: str
    values: tuple[tuple[str, str], ...] = ()

    def place(self) -> str:
        """File, row and column in one short line, such as `people.csv, row 3, column reports_to`."""
        parts = [self.file]
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        return ", ".join(parts)


def shown(value: object) -> str:
    """The value as it may stand in a sentence: one line, at most `SHOWN` characters."""
    text = " ".join(str(value)[: 4 * SHOWN].split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


class Listing(str):
    """Several values in one sentence, each already shortened, so that the whole may be longer than one."""

    __slots__ = ()


def listing(values: Iterable[object], between: str = ", ", most: int = 40) -> Listing:
    """The values one after the other, at most `most` of them, such as the columns of a file or the links of a loop."""
    parts = [shown(value) for value in islice(values, most + 1)]
    return Listing(between.join([*parts[:most], "…"] if len(parts) > most else parts))


class Problems:
    """The problems of one file, in the order found; at most `LISTED_OF_A_KIND` of each code are kept."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._listed: list[Problem] = []
        self._counts: Counter[tuple[Level, str]] = Counter()

    def error(
        self, code: str, *, row: int | None = None, column: str | None = None, **values: object
    ) -> None:
        """Adds an error: the file as it is must not be taken in."""
        self._add("error", code, row, column, values)

    def warning(
        self, code: str, *, row: int | None = None, column: str | None = None, **values: object
    ) -> None:
        """Adds a warning: worth knowing, and no reason to stop."""
        self._add("warning", code, row, column, values)

    def _add(
        self, level: Level, code: str, row: int | None, column: str | None, values: dict[str, object]
    ) -> None:
        self._counts[level, code] += 1
        if self._counts[level, code] > LISTED_OF_A_KIND:
            return
        filled = {n: str(v) if isinstance(v, Listing) else shown(v) for n, v in values.items()}
        message = MESSAGES[code] % {"file": self.file, **filled}
        place = None if column is None else shown(column)
        self._listed.append(Problem(level, self.file, row, place, message, code, tuple(filled.items())))

    @property
    def error_count(self) -> int:
        """How many errors there are, listed or not."""
        return sum(count for (level, _), count in self._counts.items() if level == "error")

    @property
    def warning_count(self) -> int:
        """How many warnings there are, listed or not."""
        return sum(count for (level, _), count in self._counts.items() if level == "warning")

    @property
    def blocking(self) -> bool:
        """Whether there is an error, so that nothing of the file may be written."""
        return self.error_count > 0

    def count(self, code: str) -> int:
        """How many problems of this code there are, listed or not."""
        return self._counts["error", code] + self._counts["warning", code]

    def copy(self) -> Problems:
        """A copy that can be added to: a table's problems stay as they are, however often it is read."""
        other = Problems(self.file)
        other._listed = list(self._listed)
        other._counts = Counter(self._counts)
        return other

    def __iter__(self) -> Iterator[Problem]:
        """The listed problems, then one line for each code of which more were found than listed."""
        yield from self._listed
        for (level, code), count in self._counts.items():
            if count > LISTED_OF_A_KIND:
                values = {"count": str(count - LISTED_OF_A_KIND), "kind": code}
                message = MESSAGES["many_alike"] % values
                yield Problem(level, self.file, None, None, message, "many_alike", tuple(values.items()))

    def __len__(self) -> int:
        return sum(1 for _ in self)
