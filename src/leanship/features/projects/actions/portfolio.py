"""What somebody does with their portfolios (M25): what could be done, the hours there are, and asking what fits.

A portfolio is its owner's alone, so events name it by id and say nothing of what stands in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from leanship.features.base import clock, events
from leanship.features.base.errors import Conflict, Invalid, NotFound
from leanship.features.jobs import queue
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person
from leanship.features.projects.actions._writing import line, save
from leanship.features.projects.models import Candidate, CandidateHours, Capacity, FitRun, Portfolio, Project
from leanship.features.projects.portfolio_given import NEW, CandidateGiven, CapacityGiven, read_rows
from leanship.readers.directory import folded

FIT: Final = "projects.fit"
MOST_CANDIDATES: Final = 500
MOST_CAPACITIES: Final = 60
LARGEST_VALUE: Final = 10**14
_KEPT_RUNS: Final = 5
_SALT: Final = "projects.portfolio.removed"


def key_of(portfolio: Portfolio) -> str:
    """Under which a portfolio's job waits."""
    return f"fit-{portfolio.pk}"


def start_portfolio(actor: Actor, *, name: str) -> Portfolio:
    """A new portfolio of the actor. Raises Invalid for a name that is empty or too long."""
    name = line("name", name)
    owner = Person.objects.filter(pk=actor.own_id).first()
    if owner is None:
        raise NotFound
    access.require(actor, "edit", About("portfolio", owner))
    with transaction.atomic():
        portfolio = Portfolio.objects.create(owner=owner, name=name)
        _happened("portfolio.started", actor, portfolio)
    return portfolio


def save_portfolio(
    actor: Actor,
    *,
    portfolio: Portfolio,
    version: int,
    name: str,
    capacities: Sequence[CapacityGiven],
    candidates: Sequence[CandidateGiven],
) -> Portfolio:
    """Write the whole grid: rows with the key of one that is there change it, those with a new key are added.

    Rows that are not named stay. Raises Conflict for a stale `version` and Invalid, by the names of the grid's inputs,
    for what is empty, twice, too much, or names a candidate that is not there.
    """
    access.require(actor, "edit", portfolio)
    name = line("name", name)
    with transaction.atomic():
        _changed(portfolio, version, {"name": name})
        _write(portfolio, capacities, candidates)
        _happened("portfolio.changed", actor, portfolio)
    return portfolio


def take_in(
    actor: Actor,
    *,
    portfolio: Portfolio,
    capacities: Sequence[CapacityGiven],
    candidates: Sequence[CandidateGiven],
    project_of: Mapping[str, Project] | None = None,
) -> int:
    """Take candidates in from a file or from projects: one of the same name is written over. How many there were.

    `project_of` gives the project of a candidate by its name. Raises Invalid.
    """
    access.require(actor, "edit", portfolio)
    with transaction.atomic():
        _changed(portfolio, None, {})
        rows = read_rows(portfolio)
        there = {folded(one.name): str(one.pk) for one in rows.candidates}
        kept = {folded(one.name): str(one.pk) for one in rows.capacities}
        keys = {one.key: kept.get(folded(one.name), f"{NEW}{place}") for place, one in enumerate(capacities)}
        _write(
            portfolio,
            [CapacityGiven(keys[one.key], one.name, one.minutes) for one in capacities],
            [
                CandidateGiven(
                    there.get(folded(one.name), f"{NEW}{place}"),
                    one.name,
                    one.value,
                    {keys[key]: minutes for key, minutes in one.minutes.items()},
                    one.excludes,
                    one.requires,
                )
                for place, one in enumerate(candidates)
            ],
        )
        for candidate in portfolio.candidates.filter(name__in=list(project_of or {})):
            candidate.project = (project_of or {})[candidate.name]
            candidate.save(update_fields=["project"])
        _happened("portfolio.changed", actor, portfolio)
    return len(candidates)


def remove(actor: Actor, *, portfolio: Portfolio, capacity: int = 0, candidate: int = 0) -> str:
    """Take a capacity or a candidate out; what comes back is a token with which `put_back` undoes it.

    Raises Invalid for what is not there.
    """
    access.require(actor, "edit", portfolio)
    with transaction.atomic():
        question = read_rows(portfolio).question()
        if candidate:
            row: Candidate | Capacity | None = portfolio.candidates.filter(pk=candidate).first()
        else:
            row = portfolio.capacities.filter(pk=capacity).first()
        if row is None:
            raise Invalid({"": [_("This is not there any more.")]})
        removed: dict[str, Any] = {
            "portfolio": portfolio.uid,
            "kind": "candidate" if candidate else "capacity",
        }
        if isinstance(row, Candidate):
            one = next(each for each in question.candidates if each.name == row.name)
            removed |= {
                "name": one.name,
                "value": one.value,
                "minutes": dict(one.minutes),
                "excludes": one.excludes,
                "requires": one.requires,
                "required_by": [each.name for each in question.candidates if one.name in each.requires],
                "project": row.project_id,
                "position": row.position,
            }
        else:
            taken = {
                each.name: each.minutes[row.name] for each in question.candidates if row.name in each.minutes
            }
            removed |= {"name": row.name, "minutes": row.minutes, "taken": taken, "position": row.position}
        row.delete()
        _changed(portfolio, None, {})
        _happened("portfolio.changed", actor, portfolio)
    return signing.dumps(removed, salt=_SALT, compress=True)


def put_back(actor: Actor, *, portfolio: Portfolio, token: str) -> None:
    """Undo `remove`. What has gone from the portfolio since stays away.

    Raises Invalid for a token of something else, and when the name is taken again.
    """
    access.require(actor, "edit", portfolio)
    try:
        removed: dict[str, Any] = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        removed = {"portfolio": ""}
    if removed["portfolio"] != portfolio.uid:
        raise Invalid({"": [_("This cannot be taken back any more.")]})
    with transaction.atomic():
        _changed(portfolio, None, {})
        names = portfolio.candidates if removed["kind"] == "candidate" else portfolio.capacities
        if names.filter(name=removed["name"]).exists():
            raise Invalid({"": [_("%(name)s is there again already.") % {"name": removed["name"]}]})
        (_candidate_back if removed["kind"] == "candidate" else _capacity_back)(portfolio, removed)
        _happened("portfolio.changed", actor, portfolio)


def _candidate_back(portfolio: Portfolio, removed: Mapping[str, Any]) -> None:
    project = Project.objects.filter(pk=removed["project"]).first() if removed["project"] else None
    one = portfolio.candidates.create(
        name=removed["name"], value=removed["value"], position=removed["position"], project=project
    )
    others = {each.name: each for each in portfolio.candidates.all()}
    capacities = {each.name: each for each in portfolio.capacities.all()}
    CandidateHours.objects.bulk_create(
        CandidateHours(candidate=one, capacity=capacities[name], minutes=minutes)
        for name, minutes in removed["minutes"].items()
        if name in capacities
    )
    one.excludes.set([others[name] for name in removed["excludes"] if name in others])
    one.requires.set([others[name] for name in removed["requires"] if name in others])
    for name in removed["required_by"]:
        if name in others:
            others[name].requires.add(one)


def _capacity_back(portfolio: Portfolio, removed: Mapping[str, Any]) -> None:
    capacity = portfolio.capacities.create(
        name=removed["name"], minutes=removed["minutes"], position=removed["position"]
    )
    CandidateHours.objects.bulk_create(
        CandidateHours(candidate=one, capacity=capacity, minutes=removed["taken"][one.name])
        for one in portfolio.candidates.filter(name__in=list(removed["taken"]))
    )


def archive_portfolio(actor: Actor, *, portfolio: Portfolio) -> None:
    """Put a portfolio away; `restore_portfolio` is the undo."""
    _put_away(actor, portfolio, "portfolio.archived", away=True)


def restore_portfolio(actor: Actor, *, portfolio: Portfolio) -> None:
    """Take an archived portfolio out again."""
    _put_away(actor, portfolio, "portfolio.restored", away=False)


def _put_away(actor: Actor, portfolio: Portfolio, kind: str, *, away: bool) -> None:
    access.require(actor, "edit", portfolio)
    if (portfolio.archived_at is not None) == away:
        return
    with transaction.atomic():
        save(portfolio, None, {"archived_at": clock.now() if away else None})
        _happened(kind, actor, portfolio)


def find_what_fits(actor: Actor, *, portfolio: Portfolio) -> FitRun:
    """Have the best set found, by a job. Raises Invalid where there is nothing to choose from."""
    access.require(actor, "edit", portfolio)
    with transaction.atomic():
        question = read_rows(portfolio).question()
        if not question.candidates:
            raise Invalid({"": [_("Write down first what could be done.")]})
        if not question.capacities:
            raise Invalid({"": [_("Write down first how many hours there are.")]})
        portfolio.runs.filter(done_at=None).delete()  # one that waits is asked anew
        run = FitRun.objects.create(portfolio=portfolio, given=question.digest)
        kept = list(portfolio.runs.values_list("pk", flat=True)[:_KEPT_RUNS])
        portfolio.runs.exclude(pk__in=kept).delete()
        queue.put(FIT, key=key_of(portfolio), owner_id=actor.person_id, run_id=run.pk)
        _happened("portfolio.asked", actor, portfolio)
    return run


def _changed(portfolio: Portfolio, version: int | None, changes: dict[str, Any]) -> None:
    try:
        save(portfolio, version, changes)
    except Conflict:
        raise Conflict(_("This portfolio was changed meanwhile, perhaps in another window.")) from None


def _happened(kind: str, actor: Actor, portfolio: Portfolio) -> None:
    events.record(kind, actor_id=actor.person_id, subject_kind="portfolio", subject_id=portfolio.pk)


def _write(
    portfolio: Portfolio, capacities: Sequence[CapacityGiven], candidates: Sequence[CandidateGiven]
) -> None:
    rows = read_rows(portfolio)
    there = {str(one.pk): one for one in rows.capacities}
    known = {str(one.pk): one for one in rows.candidates}
    problems: dict[str, list[str]] = {}
    _check_names(
        "capacity", capacities, {key: one.name for key, one in there.items()}, MOST_CAPACITIES, 80, problems
    )
    _check_names(
        "candidate", candidates, {key: one.name for key, one in known.items()}, MOST_CANDIDATES, 200, problems
    )
    for given in candidates:
        if abs(given.value) > LARGEST_VALUE:
            problems.setdefault(f"value_{given.key}", []).append(_("This is beyond what can be counted."))
    if problems:
        raise Invalid(problems)
    for place, capacity in enumerate(capacities, len(there)):
        row = there.get(capacity.key)
        if row is None:
            row = portfolio.capacities.create(name=capacity.name, minutes=capacity.minutes, position=place)
            there[capacity.key] = row
        elif (row.name, row.minutes) != (capacity.name, capacity.minutes):
            row.name, row.minutes = capacity.name, capacity.minutes
            row.save(update_fields=["name", "minutes"])
    for one in candidates:
        if (found := known.get(one.key)) is not None:
            found.name, found.value = one.name, one.value
    Candidate.objects.bulk_update(list(known.values()), ["name", "value"], batch_size=200)
    new = [
        Candidate(portfolio=portfolio, name=one.name, value=one.value, position=place)
        for place, one in enumerate(candidates, len(known))
        if one.key not in known
    ]
    made = iter(Candidate.objects.bulk_create(new))
    known |= {one.key: next(made) for one in candidates if one.key not in known}
    written = [known[one.key] for one in candidates]
    _write_hours(candidates, known, there, written)
    _write_others(candidates, known, written)


def _check_names(
    kind: str,
    given: Sequence[CapacityGiven] | Sequence[CandidateGiven],
    there: Mapping[str, str],
    most: int,
    longest: int,
    problems: dict[str, list[str]],
) -> None:
    """Every name once, also beside the rows that are not written; no key of somebody else's row."""
    names = {folded(name): key for key, name in there.items() if key not in {one.key for one in given}}
    for one in given:
        field = f"{kind}_{one.key}"
        if not one.key.startswith(NEW) and one.key not in there:
            raise NotFound
        if not one.name:
            problems.setdefault(field, []).append(_("Give it a name, or take the row out with Remove."))
        elif len(one.name) > longest:
            problems.setdefault(field, []).append(_("Keep it under %(most)d characters.") % {"most": longest})
        elif folded(one.name) in names:
            problems.setdefault(field, []).append(_("%(name)s is there already.") % {"name": one.name})
        names[folded(one.name)] = one.key
    if len(names) > most:
        problems.setdefault("", []).append(_("At most %(most)d rows fit here.") % {"most": most})


def _write_hours(
    candidates: Sequence[CandidateGiven],
    known: Mapping[str, Candidate],
    capacities: Mapping[str, Capacity],
    written: Sequence[Candidate],
) -> None:
    """Hours of the capacities that were given; those of others stay."""
    keys = {key for one in candidates for key in one.minutes}
    if not keys <= capacities.keys():
        raise NotFound
    CandidateHours.objects.filter(
        candidate__in=written, capacity__in=[capacities[key] for key in keys]
    ).delete()
    CandidateHours.objects.bulk_create(
        (
            CandidateHours(candidate=known[one.key], capacity=capacities[key], minutes=minutes)
            for one in candidates
            for key, minutes in one.minutes.items()
            if minutes
        ),
        batch_size=500,
    )


def _write_others(
    candidates: Sequence[CandidateGiven], known: Mapping[str, Candidate], written: Sequence[Candidate]
) -> None:
    """What excludes and requires what, by name; raises Invalid for a name that is not there."""
    by_name = {folded(one.name): one for one in known.values()}
    problems: dict[str, list[str]] = {}
    excluded: set[tuple[int, int]] = set()
    required: set[tuple[int, int]] = set()
    for one in candidates:
        own = known[one.key].pk
        for field, names, pairs in (
            ("excludes", one.excludes, excluded),
            ("requires", one.requires, required),
        ):
            for name in names:
                other = by_name.get(folded(name))
                if other is None or other.pk == own:
                    text = (
                        _("This cannot name itself.")
                        if other
                        else _("There is no %(name)s in this portfolio.")
                    )
                    problems.setdefault(f"{field}_{one.key}", []).append(text % {"name": name})
                else:
                    pairs.add((own, other.pk))
    if problems:
        raise Invalid(problems)
    pks = [one.pk for one in written]
    excludes, requires = Candidate.excludes.through, Candidate.requires.through
    excludes.objects.filter(from_candidate__in=pks).delete()
    excludes.objects.filter(to_candidate__in=pks).delete()
    requires.objects.filter(from_candidate__in=pks).delete()
    both = excluded | {(other, own) for own, other in excluded}
    excludes.objects.bulk_create(
        excludes(from_candidate_id=own, to_candidate_id=other) for own, other in sorted(both)
    )
    requires.objects.bulk_create(
        requires(from_candidate_id=own, to_candidate_id=other) for own, other in sorted(required)
    )
