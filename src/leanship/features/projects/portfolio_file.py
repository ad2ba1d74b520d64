"""A file of candidates into what a portfolio takes in."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from leanship.domain.portfolio import Candidate, Number
from leanship.features.projects.portfolio_given import CandidateGiven, CapacityGiven, Question
from leanship.features.savings import amounts
from leanship.readers.candidates import read_candidates
from leanship.readers.problems import MESSAGES, Problem
from leanship.readers.tabular import Limits, read_table

_LIMITS: Final = Limits(file_bytes=5_000_000, unpacked_bytes=50_000_000, rows=5_000, columns=200)
_NEAR: Final = Decimal("0.0005")  # a part of a minute: thirds of an hour have no last decimal


def read_file(
    content: bytes, name: str, capacities: Mapping[str, CapacityGiven], currency: str
) -> tuple[Question, list[str]]:
    """The candidates of a file with the capacities it has hours for, and what is wrong with it, by row and column."""
    table = read_table(content, name=name, limits=_LIMITS)
    headers = {header.strip().casefold() for header in table.header}
    wanted = {key: one for key, one in capacities.items() if key.casefold() in headers}
    read = read_candidates(table, list(wanted))
    problems = [_said(problem) for problem in read.problems if problem.level == "error"]
    candidates = []
    if not problems:
        for one in read.candidates:
            try:
                candidates.append(_given(one, currency))
            except ValueError as error:
                problems.append(f"{one.id}: {error}")
    return Question(tuple(wanted.values()), tuple(candidates)), problems


def _said(problem: Problem) -> str:
    return f"{problem.place()}: {_(MESSAGES[problem.code]) % dict(problem.values)}"


def _given(one: Candidate, currency: str) -> CandidateGiven:
    value = Decimal(one.value).scaleb(amounts.minor_digits(currency))
    if value != value.to_integral_value():
        raise ValueError(
            _("%(value)s has more decimals than %(currency)s.") % {"value": one.value, "currency": currency}
        )
    return CandidateGiven(
        one.id,
        one.id,
        int(value),
        {name: _minutes(hours) for name, hours in one.hours.items()},
        tuple(sorted(one.excludes)),
        tuple(sorted(one.requires)),
    )


def _minutes(hours: Number) -> int:
    minutes = Decimal(hours) * 60
    whole = minutes.to_integral_value()
    if abs(minutes - whole) > _NEAR:
        raise ValueError(_("%(hours)s is no whole number of minutes.") % {"hours": hours})
    if whole >= 2**31:
        raise ValueError(_("This is beyond what can be counted."))
    return int(whole)
