"""A portfolio as plain values: what its grid sends, what a run is given, and both ways between them and rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from leanship.features.projects.models import Candidate, CandidateHours, Capacity, Portfolio

NEW = "n"  # what the keys of rows begin with that are not there yet


@dataclass(frozen=True)
class CapacityGiven:
    """A capacity: the key of its row in the grid (an id, or n1, n2 … for a new one), its name and minutes."""

    key: str
    name: str
    minutes: int


@dataclass(frozen=True)
class CandidateGiven:
    """A candidate: value in minor units, minutes by the key of the capacity, and names of others."""

    key: str
    name: str
    value: int
    minutes: Mapping[str, int] = field(default_factory=dict)
    excludes: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """What a run is given, all by name, in the order of the page."""

    capacities: tuple[CapacityGiven, ...]
    candidates: tuple[CandidateGiven, ...]

    @property
    def digest(self) -> str:
        """The same for the same question, so that a page can say that its answer is of an earlier one."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """For a run, which keeps what it was given."""
        return asdict(self)

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Question:
        """What a run kept."""
        return cls(
            tuple(CapacityGiven(**each) for each in kept["capacities"]),
            tuple(
                CandidateGiven(
                    **{**each, "excludes": tuple(each["excludes"]), "requires": tuple(each["requires"])}
                )
                for each in kept["candidates"]
            ),
        )


@dataclass(frozen=True)
class Rows:
    """The rows of a portfolio, read at once."""

    capacities: tuple[Capacity, ...]
    candidates: tuple[Candidate, ...]
    minutes: Mapping[int, Mapping[int, int]]  # candidate → capacity → minutes
    excludes: Mapping[int, tuple[int, ...]]
    requires: Mapping[int, tuple[int, ...]]

    def question(self) -> Question:
        """The same by name."""
        names = {one.pk: one.name for one in self.candidates}
        capacities = {one.pk: one.name for one in self.capacities}
        return Question(
            tuple(CapacityGiven(one.name, one.name, one.minutes) for one in self.capacities),
            tuple(
                CandidateGiven(
                    one.name,
                    one.name,
                    one.value,
                    {capacities[pk]: minutes for pk, minutes in self.minutes.get(one.pk, {}).items()},
                    tuple(names[pk] for pk in self.excludes.get(one.pk, ())),
                    tuple(names[pk] for pk in self.requires.get(one.pk, ())),
                )
                for one in self.candidates
            ),
        )


def read_rows(portfolio: Portfolio) -> Rows:
    """The rows of a portfolio; five queries however many there are."""
    candidates = tuple(portfolio.candidates.select_related("project"))
    minutes: dict[int, dict[int, int]] = {}
    # the order of the pairs is that of the ids, so that the same portfolio always gives the same digest
    kept = CandidateHours.objects.filter(candidate__portfolio=portfolio).order_by(
        "candidate_id", "capacity_id"
    )
    for one, capacity, taken in kept.values_list("candidate_id", "capacity_id", "minutes"):
        minutes.setdefault(one, {})[capacity] = taken
    return Rows(
        tuple(portfolio.capacities.all()),
        candidates,
        minutes,
        _pairs(Candidate.excludes.through.objects.filter(from_candidate__portfolio=portfolio)),
        _pairs(Candidate.requires.through.objects.filter(from_candidate__portfolio=portfolio)),
    )


def _pairs(rows: Any) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    pairs: Iterable[tuple[int, int]] = rows.order_by("from_candidate_id", "to_candidate_id").values_list(
        "from_candidate_id", "to_candidate_id"
    )
    for one, other in pairs:
        found[one] = (*found.get(one, ()), other)
    return found


def named(rows: Sequence[Candidate], pks: Iterable[int]) -> tuple[str, ...]:
    """The names of candidates by id, in the order of the page."""
    wanted = set(pks)
    return tuple(one.name for one in rows if one.pk in wanted)
