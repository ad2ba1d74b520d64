"""Measurements from a table: whom, which KPI, which period, what value – as columns ready to be written at once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np

from leanship.domain import figures, periods
from leanship.domain.figures import Better
from leanship.domain.periods import Cadence
from leanship.readers import timing, units
from leanship.readers.directory import Directory, folded
from leanship.readers.problems import Problems
from leanship.readers.shapes import Flags, Ints, Long, shaped
from leanship.readers.tabular import Table

#: The ways in which people say which direction is better.
BETTER: Final[Mapping[str, Better]] = {
    **dict.fromkeys(("higher", "higher is better", "up", "high", "more", "max", "increase"), Better.HIGHER),
    **dict.fromkeys(("lower", "lower is better", "down", "low", "less", "min", "decrease"), Better.LOWER),
}


_COLUMNS: Final = (
    "subject", "kpi", "ordinal", "value", "numerator", "denominator", "has_parts", "standard", "has_standard", "row"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class KnownKpi:
    """A KPI the caller already has: its numbers keep its decimals, its periods its cadence.

    `ratio_scale` is what a ratio is counted in (100 for percent), for rows that give both parts and no value.
    """

    name: str
    decimals: int
    cadence: Cadence
    ratio_scale: int = 1


@dataclass(frozen=True, slots=True)
class KpiSeen:
    """A KPI of the file: decimals and cadence as known or as the file shows them; `better` None where it does not."""

    name: str
    cadence: Cadence
    decimals: int
    better: Better | None


@dataclass(frozen=True, slots=True, eq=False)
class MeasurementFile:
    """Measurements as columns of equal length in the order of the file, each (subject, kpi, ordinal) once.

    `subject` and `kpi` are places in `subjects` (the caller's keys, or the text where no directory was given)
    and in `kpis`. `value`, `standard` and both parts of a ratio count the KPI's last decimal; the parts are meant
    where `has_parts`, a standard where `has_standard`. `row` is the file's.
    `empty` counts cells without a value, `repeated` rows that said the same again and were taken once.
    """

    subjects: tuple[Hashable, ...]
    kpis: tuple[KpiSeen, ...]
    subject: Ints
    kpi: Ints
    ordinal: Ints
    value: Ints
    numerator: Ints
    denominator: Ints
    has_parts: Flags
    standard: Ints
    has_standard: Flags
    row: Ints
    empty: int
    repeated: int
    problems: Problems

    def __len__(self) -> int:
        return len(self.value)

    def standards(self) -> list[tuple[int, int, int, int]]:
        """Each standard as (subject, kpi, ordinal, value), from the period on in which it first holds."""
        places = np.flatnonzero(self.has_standard)
        places = places[np.lexsort((self.ordinal[places], self.kpi[places], self.subject[places]))]
        subject, kpi, ordinal, standard = (
            column[places] for column in (self.subject, self.kpi, self.ordinal, self.standard)
        )
        new = np.ones(len(places), np.bool_)
        new[1:] = (np.diff(subject) != 0) | (np.diff(kpi) != 0) | (np.diff(standard) != 0)
        kept = (column[new].tolist() for column in (subject, kpi, ordinal, standard))
        return list(zip(*kept, strict=True))


def read_measurements(
    table: Table,
    *,
    columns: Mapping[str, str] | None = None,
    subject: str | None = None,
    kpi: str | None = None,
    cadence: Cadence | None = None,
    directory: Directory[Hashable] | None = None,
    known: Iterable[KnownKpi] | None = None,
    new_kpis: bool = False,
) -> MeasurementFile:
    """The measurements of a table, long or wide.

    `columns` says which column is which where the names do not; `subject` and `kpi` stand for columns that the
    file has not. `directory` knows the subjects, by id, e-mail or name; without it every name is one. `known`
    are the KPIs there are: another is an error, unless `new_kpis` lets the file bring its own; for one not known
    `cadence`, or else the file itself, decides. A number with more decimals than its KPI keeps (6 for one not
    known) is an error.
    """
    problems = table.problems.copy()
    long = shaped(table, columns or {}, subject, kpi, problems)
    if long is None or len(long) == 0:
        return _nothing(problems)
    valued = np.array(
        [bool(v or n or d) for v, n, d in zip(long.value, long.numerator, long.denominator, strict=True)]
    )
    _tell_missing(long, valued, problems)
    subjects, subject_of = _subjects(long, directory, problems)
    facts, names, kpi_of = _kpis(long, known, new_kpis, problems)
    wanted = [fact.cadence if fact else cadence for fact in facts]
    ordinal, cadences, timed = timing.ordinals(long, np.maximum(kpi_of, 0), names, wanted, problems)
    kept = _decimals(long, facts, kpi_of)
    decimals = kept[np.maximum(kpi_of, 0)]
    value, has_value = units.in_units(long.value, decimals, long.place, problems)
    place = partial(long.place, column="standard")
    standard, has_standard = units.in_units(long.standard, decimals, place, problems)
    numerator, denominator, has_parts = _parts(long, decimals, problems)
    for index in np.flatnonzero(has_parts & ~has_value & (kpi_of >= 0)).tolist():
        fact = facts[kpi_of[index]]
        if fact is None:
            row, column = long.place(index, "numerator")
            problems.error("ratio_unknown", row=row, column=column, kpi=names[kpi_of[index]])
            continue
        exact = figures.ratio(
            int(numerator[index]), int(denominator[index]), fact.ratio_scale * 10**fact.decimals
        )
        rounded = figures.round_half_up(exact)
        if abs(rounded) > units.LARGEST:
            row, column = long.place(index, "numerator")
            shown = f"{long.numerator[index]} / {long.denominator[index]}"
            problems.error("number_range", row=row, column=column, value=shown, decimals=fact.decimals)
            continue
        value[index], has_value[index] = rounded, True
    better = _directions(long, kpi_of, names, problems)
    if not valued.any() and not problems.blocking:
        problems.error("no_values")
    good = np.flatnonzero(has_value & timed & (kpi_of >= 0) & (subject_of >= 0))
    seen = tuple(KpiSeen(n, cadences[i], int(kept[i]), better.get(i)) for i, n in enumerate(names))
    file = MeasurementFile(
        subjects, seen, subject_of[good], kpi_of[good], ordinal[good], value[good], numerator[good], denominator[good],
        has_parts[good], standard[good], has_standard[good], long.row[good], int((~valued).sum()), 0, problems,
    )  # fmt: skip
    return _once(file, good, long)


def _nothing(problems: Problems) -> MeasurementFile:
    none, never = np.zeros(0, np.int64), np.zeros(0, np.bool_)
    return MeasurementFile(
        (), (), none, none, none, none, none, none, never, none, never, none, 0, 0, problems
    )  # fmt: skip


def _tell_missing(long: Long, valued: Flags, problems: Problems) -> None:
    for column, coded in (("subject", long.subject), ("kpi", long.kpi), ("period", long.period)):
        empty = valued & coded.empty()
        if column == "period":
            empty &= ~long.unreadable
        for index in np.flatnonzero(empty).tolist():
            row, name = long.place(index, column)
            problems.error("missing", row=row, column=name)


def _subjects(
    long: Long, directory: Directory[Hashable] | None, problems: Problems
) -> tuple[tuple[Hashable, ...], Ints]:
    """The distinct subjects, and each row's place among them, -1 where it is not known whose row it is."""
    if directory is None:
        places = {text: place for place, text in enumerate(t for t in long.subject.texts if t)}
        codes = [places.get(text, -1) for text in long.subject.texts]
        return tuple(places), np.array(codes, np.int64)[long.subject.codes]
    counts = np.bincount(long.subject.codes, minlength=len(long.subject.texts)) // max(len(long.headers), 1)
    keys: dict[Hashable, int] = {}
    codes = []
    for text, first, count in zip(long.subject.texts, long.subject.firsts(), counts.tolist(), strict=True):
        matches = directory.find(text) if text else ()
        if len(matches) == 1:
            codes.append(keys.setdefault(matches[0], len(keys)))
            continue
        codes.append(-1)
        if not text:
            continue
        row, column = long.place(first, "subject")
        if matches:
            problems.error("subject_ambiguous", row=row, column=column, subject=text, count=len(matches))
        elif near := directory.similar(text):
            problems.error(
                "subject_unknown_near", row=row, column=column, subject=text, rows=count, near=near
            )
        else:
            problems.error("subject_unknown", row=row, column=column, subject=text, rows=count)
    return tuple(keys), np.array(codes, np.int64)[long.subject.codes]


def _kpis(
    long: Long, known: Iterable[KnownKpi] | None, new_kpis: bool, problems: Problems
) -> tuple[list[KnownKpi | None], list[str], Ints]:
    """What is known of each KPI of the file, their names, and each row's place among them, -1 for none."""
    directory: Directory[KnownKpi] = Directory()
    for each in known or ():
        directory.add(each, name=each.name)
    facts: list[KnownKpi | None] = []
    places: dict[str, int] = {}
    names: list[str] = []
    codes = []
    for text, first in zip(long.kpi.texts, long.kpi.firsts(), strict=True):
        fact = next(iter(directory.find(text)), None) if text else None
        if not text or (known is not None and fact is None and not new_kpis):
            codes.append(-1)
            if text:
                row, column = long.place(first, "kpi")
                if near := directory.similar(text):
                    problems.error("kpi_unknown_near", row=row, column=column, kpi=text, near=near)
                else:
                    problems.error("kpi_unknown", row=row, column=column, kpi=text)
            continue
        if folded(text) not in places:
            places[folded(text)] = len(names)
            names.append(fact.name if fact else text)
            facts.append(fact)
        codes.append(places[folded(text)])
    if not names:  # So that each row, of no KPI though it is, still finds one to be read by.
        names, facts = [""], [None]
    return facts, names, np.array(codes, np.int64)[long.kpi.codes]


def _decimals(long: Long, facts: Sequence[KnownKpi | None], kpi_of: Ints) -> Ints:
    """The decimals each KPI keeps: as known, else as many as its values and standards are written with."""
    seen = units.decimals_seen((long.value, long.standard), np.maximum(kpi_of, 0), len(facts))
    return np.array([fact.decimals if fact else seen[i] for i, fact in enumerate(facts)], np.int64)


def _parts(long: Long, decimals: Ints, problems: Problems) -> tuple[Ints, Ints, Flags]:
    """Both parts of the ratios, and which rows have them."""
    columns = []
    for name, texts in (("numerator", long.numerator), ("denominator", long.denominator)):
        place = partial(long.place, column=name)
        columns.append(units.in_units(texts, decimals, place, problems))
    (numerator, has_numerator), (denominator, has_denominator) = columns
    has_parts = has_numerator & has_denominator
    if not any(long.numerator) and not any(long.denominator):
        return numerator, denominator, has_parts
    for index, (above, below) in enumerate(zip(long.numerator, long.denominator, strict=True)):
        if bool(above) != bool(below):
            row, column = long.place(index, "denominator" if above else "numerator")
            problems.error("part_missing", row=row, column=column)
        elif has_parts[index] and denominator[index] <= 0:
            row, column = long.place(index, "denominator")
            problems.error("part_denominator", row=row, column=column, value=below)
            has_parts[index] = False
    return numerator, denominator, has_parts


def _directions(long: Long, kpi_of: Ints, names: Sequence[str], problems: Problems) -> dict[int, Better]:
    """Which direction is better for each KPI that says so, everywhere alike."""
    said: dict[int, tuple[Better, int]] = {}
    if not any(long.direction.texts):
        return {}
    pairs, firsts = np.unique(kpi_of * len(long.direction.texts) + long.direction.codes, return_index=True)
    for pair, index in sorted(zip(pairs.tolist(), firsts.tolist(), strict=True), key=lambda item: item[1]):
        kpi, code = divmod(pair, len(long.direction.texts))
        text = long.direction.texts[code]
        if not text or kpi < 0:
            continue
        row, column = long.place(index, "direction")
        better = BETTER.get(folded(text))
        if better is None:
            problems.error("direction", row=row, column=column, value=text)
        elif (first := said.setdefault(kpi, (better, row)))[0] is not better:
            values = {"value": better, "kpi": names[kpi], "first": first[1]}
            problems.error("direction_differs", row=row, column=column, **values)
    return {kpi: better for kpi, (better, _) in said.items()}


def _once(file: MeasurementFile, good: Ints, long: Long) -> MeasurementFile:
    """The file with each (subject, kpi, ordinal) once: what is said twice alike is left out, what differs is told."""
    order = np.lexsort((file.ordinal, file.kpi, file.subject))
    keys = (file.subject[order], file.kpi[order], file.ordinal[order])
    again = np.zeros(len(order), np.bool_)
    if len(order):
        again[1:] = np.logical_and.reduce([np.diff(key) == 0 for key in keys])
    if not again.any():
        return file
    # In a group of equal keys the sort has kept the order of the file, so its first place is the first row.
    leader = order[np.maximum.accumulate(np.where(again, 0, np.arange(len(order))))]
    said = (file.value, file.numerator, file.denominator, file.has_parts, file.standard, file.has_standard)
    repeated = np.sort(order[again])
    first_of = np.empty(len(order), np.int64)
    first_of[order] = leader
    for index in repeated.tolist():
        first = int(first_of[index])
        kpi = file.kpis[file.kpi[index]]
        row, column = long.place(int(good[index]))
        values = {
            "first": int(file.row[first]),
            "subject": long.subject.texts[long.subject.codes[good[index]]],
            "kpi": kpi.name,
            "period": periods.code(kpi.cadence, int(file.ordinal[index])),
        }
        if all(column_[index] == column_[first] for column_ in said):
            file.problems.warning("duplicate_same", row=row, column=column, **values)
        else:
            values["value"] = figures.format_decimal(int(file.value[index]), kpi.decimals)
            values["first_value"] = figures.format_decimal(int(file.value[first]), kpi.decimals)
            file.problems.error("duplicate", row=row, column=column, **values)
    keep = np.ones(len(order), np.bool_)
    keep[repeated] = False
    kept = {name: getattr(file, name)[keep] for name in _COLUMNS}
    return replace(file, repeated=len(repeated), **kept)
