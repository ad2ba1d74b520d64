"""Everything a standing is computed from, fetched for many series in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise

from django.db.models import Q

from leanship.domain import LeftOut, first_in_role, mostly_absent, shortfall
from leanship.domain.figures import Better, Figure
from leanship.domain.periods import EVERY_DAY, Cadence
from leanship.features.org.models import Absence, Person
from leanship.features.productivity import peers
from leanship.features.productivity.models import Baseline, Kpi, Measurement, Series
from leanship.features.productivity.standards import BoundsOf, Row, Timeline, timelines

Subject = tuple[str, int]
"""("person" or "team", id): whose series it is, as a standing names it."""

FIELDS = (
    "id",
    "uid",
    "person_id",
    "team_id",
    "weight",
    "must_hold",
    "archived_at",
    "kpi_id",
    "kpi__archived_at",
    "kpi__cadence",
    "kpi__direction",
    "kpi__aggregation",
    "kpi__ratio_scale",
    "kpi__decimals",
    "kpi__standards",
    "kpi__ceiling",
    "kpi__on_shortfall",
    "kpi__limits",
)


@dataclass(slots=True)
class Away:
    """When somebody's periods do not count: absences, first and last day, and the days they began in a role."""

    absences: list[tuple[date, date]] = field(default_factory=list)
    began: list[date] = field(default_factory=list)

    def left_out(
        self, cadence: Cadence, numbers: Iterable[int], on: frozenset[int] = EVERY_DAY
    ) -> dict[int, LeftOut]:
        """The periods among `numbers` that are left out, by name (M14); new in the role comes first.

        Of days those on the weekdays in `on` are periods.
        """
        found = mostly_absent(cadence, numbers, self.absences) if self.absences else {}
        for day in self.began:
            found |= first_in_role(cadence, day, on=on)
        return found


NOBODY_AWAY = Away()


@dataclass(slots=True)
class Inputs:
    """One series: its row, exact figures by period (`points` for the chart, `values` for the percent), standards."""

    row: Row
    cadence: Cadence
    timeline: Timeline
    shown: dict[int, int] = field(default_factory=dict)
    points: dict[int, Figure] = field(default_factory=dict)
    wholes: dict[int, int] = field(default_factory=dict)
    baselines: list[Baseline] = field(default_factory=list)

    @property
    def pk(self) -> int:
        """The series' id."""
        return int(self.row["id"])

    @property
    def subject(self) -> Subject:
        """Whose it is."""
        person = self.row["person_id"]
        return ("person", person) if person is not None else ("team", self.row["team_id"])

    @property
    def runs(self) -> bool:
        """Whether neither the series nor its KPI is archived."""
        return self.row["archived_at"] is None and self.row["kpi__archived_at"] is None

    @property
    def rated(self) -> bool:
        """Whether the KPI has a standard at all; else it is charted and not rated (M11)."""
        return bool(self.row["kpi__standards"] != Kpi.Standards.NONE)

    @property
    def _shortfall(self) -> int | None:
        ceiling: int | None = self.row["kpi__ceiling"]
        return ceiling if self.row["kpi__on_shortfall"] else None

    @property
    def better(self) -> Better:
        """The better direction of what is rated: of a shortfall, lower."""
        return Better.LOWER if self._shortfall is not None else Better(self.row["kpi__direction"])

    def judged(self, figure: Figure) -> Figure:
        """A value or standard as it is compared: what it lacks of the ceiling, where that is rated (M11)."""
        return figure if self._shortfall is None else shortfall(figure, self._shortfall)

    def values(self, last: int) -> dict[int, Figure | None]:
        """The compared values of the periods up to `last`."""
        return {number: self.judged(figure) for number, figure in self.points.items() if number <= last}

    def standards(self, numbers: Iterable[int]) -> dict[int, Figure | None]:
        """The compared standards of periods; periods without one are left out."""
        if not self.rated:
            return {}
        marks = ((number, self.timeline.at(number)) for number in numbers)
        return {number: self.judged(mark.value) for number, mark in marks if mark is not None}


@dataclass(slots=True)
class Batch:
    """The inputs of whole subjects: every series of each, archived ones too."""

    series: dict[int, Inputs]
    subjects: dict[Subject, list[Inputs]]
    away: dict[int, Away]
    bounds: BoundsOf

    def away_of(self, subject: Subject) -> Away:
        """The absences and beginnings of a person; a team has none."""
        kind, pk = subject
        return self.away.get(pk, NOBODY_AWAY) if kind == "person" else NOBODY_AWAY


def load(people: Collection[int], teams: Collection[int]) -> Batch:
    """The inputs of these people and teams: nine queries at most, ten with standards of peers."""
    whose = Q(person_id__in=people) | Q(team_id__in=teams)
    series: dict[int, Inputs] = {}
    subjects: dict[Subject, list[Inputs]] = defaultdict(list)
    rows = list(Series.objects.filter(whose).order_by("id").values(*FIELDS))
    standards = timelines(rows)
    for row in rows:
        one = Inputs(row, Cadence(row["kpi__cadence"]), standards[row["id"]])
        series[one.pk] = one
        subjects[one.subject].append(one)
    measured = Measurement.objects.filter(series_id__in=list(series)).order_by("series_id", "ordinal")
    for pk, number, value, numerator, denominator in measured.values_list(
        "series_id", "ordinal", "value", "numerator", "denominator"
    ):
        one = series[pk]
        one.shown[number] = value
        if denominator is None or numerator is None:
            one.points[number] = value
        else:
            unit = one.row["kpi__ratio_scale"] * 10 ** one.row["kpi__decimals"]
            one.points[number] = Fraction(numerator * unit, denominator)
            one.wholes[number] = denominator
    for baseline in Baseline.objects.filter(series_id__in=list(series), withdrawn_at=None):
        series[baseline.series_id].baselines.append(baseline)
    kpis = {row["kpi_id"] for row in rows}
    return Batch(series, dict(subjects), _away(people), BoundsOf(kpis))


def _away(people: Collection[int]) -> dict[int, Away]:
    found: dict[int, Away] = defaultdict(Away)
    absences = Absence.objects.filter(person_id__in=people).values_list("person_id", "first_day", "last_day")
    for person_id, first, last in absences:
        found[person_id].absences.append((first, last))
    joined = dict(Person.objects.filter(pk__in=people).values_list("id", "joined_on"))
    for person_id, held in peers.positions(people).items():
        found[person_id].began = _began(held, joined.get(person_id))
    return dict(found)


def _began(held: list[peers.Held], joined: date | None) -> list[date]:
    """The days on which a role began.

    A chart imported today knows nothing of before: its first position began a role only where the person is
    known to have joined with it, else a whole organisation would look new in its roles.
    """
    began = [after.since for before, after in pairwise(held) if before.group[0] != after.group[0]]
    if held and joined is not None and joined >= held[0].since:
        began.insert(0, joined)
    return began


def subjects_of(rows: Iterable[Mapping[str, int | None]]) -> tuple[set[int], set[int]]:
    """The people and the teams that series, given with `person_id` and `team_id`, belong to."""
    people: set[int] = set()
    teams: set[int] = set()
    for row in rows:
        person, team = row["person_id"], row["team_id"]
        if person is not None:
            people.add(person)
        elif team is not None:
            teams.add(team)
    return people, teams
