"""What fits (M25): against enumeration on small questions, and against published optima."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leanship.domain import binary
from leanship.domain._branching import MOST_TIES, Search
from leanship.domain.binary import LARGEST, Programme, best_and_ties, maximise
from leanship.domain.portfolio import Candidate, Fit, FitStatus, Number, fit, number, whole

IDS = "abcdefg"


def sets(
    candidates: Sequence[Candidate], capacities: dict[str, int]
) -> list[tuple[Number, Number, list[str]]]:
    """Every set that fits: minus its value, its hours, its ids; the least of them is the best set."""
    found: list[tuple[Number, Number, list[str]]] = []
    for size in range(len(candidates) + 1):
        for some in combinations(sorted(candidates, key=lambda one: one.id), size):
            ids = {one.id for one in some}
            takes = {name: sum((one.hours.get(name, 0) for one in some), 0) for name in capacities}
            if any(takes[name] > capacities[name] for name in capacities):
                continue
            if any(one.excludes & ids or not one.requires <= ids for one in some):
                continue
            value: Number = sum((one.value for one in some), 0)
            found.append((-value, sum(takes.values(), 0), sorted(ids)))
    return found


@st.composite
def questions(draw: st.DrawFn) -> tuple[list[Candidate], dict[str, int]]:
    """Up to seven candidates and two capacities, with few different numbers so that ties are common."""
    names = IDS[: draw(st.integers(0, len(IDS)))]
    few = st.sampled_from([0, 1, 2, 3, 5, 10])
    others = {name: st.sampled_from(sorted(set(names) - {name}) or [""]) for name in names}
    candidates = [
        Candidate(
            name,
            draw(st.sampled_from([-3, 0, 1, 2, 3, 10, 10, 20, 70, 100])),
            {"May": draw(few), "June": draw(few)},
            excludes=frozenset(draw(st.sets(others[name], max_size=1)) - {""}),
            requires=frozenset(draw(st.sets(others[name], max_size=1)) - {""}),
        )
        for name in names
    ]
    return draw(st.permutations(candidates)), {
        "May": draw(st.integers(0, 20)),
        "June": draw(st.integers(0, 20)),
    }


@settings(max_examples=150)
@given(questions())
def test_the_best_set_is_the_one_that_enumeration_finds(
    question: tuple[list[Candidate], dict[str, int]],
) -> None:
    candidates, capacities = question
    found = fit(candidates, capacities, questions=False)
    value, hours, ids = min(sets(candidates, capacities))
    assert (found.status, found.value, found.bound) == (FitStatus.OPTIMAL, -value, -value)
    assert list(found.chosen) == ids
    assert sum(found.used.values(), 0) == hours


@settings(max_examples=60)
@given(questions())
def test_a_choice_is_fragile_when_its_own_value_moved_by_30_percent_changes_its_place(
    question: tuple[list[Candidate], dict[str, int]],
) -> None:
    candidates, capacities = question
    found = fit(candidates, capacities)
    flips = []
    for one in candidates:
        chosen: bool = one.id in found.chosen
        tenths = [replace(other, value=10 * other.value) for other in candidates]
        swing = -3 if chosen else 3
        tenths[candidates.index(one)] = replace(
            one, value=10 * one.value + swing * max(one.value, -one.value)
        )
        if (one.id in min(sets(tenths, capacities))[2]) != chosen:
            flips.append(one.id)
    assert (list(found.fragile), found.undecided) == (sorted(flips), ())


@settings(max_examples=60)
@given(questions())
def test_one_more_hour_is_worth_what_the_best_set_with_it_is_worth_more(
    question: tuple[list[Candidate], dict[str, int]],
) -> None:
    candidates, capacities = question
    found = fit(candidates, capacities)
    for name in capacities:
        wider = {**capacities, name: capacities[name] + 1}
        assert found.one_more[name] == -min(sets(candidates, wider))[0] - found.value >= 0


def test_one_more_hour_is_sixty_where_hours_are_given_in_minutes() -> None:
    candidates = [Candidate("a", 5, {"May": 90}), Candidate("b", 3, {"May": 30})]
    assert fit(candidates, {"May": 90}, hour=60).one_more == {"May": 3}
    assert fit(candidates, {"May": 90}).one_more == {"May": 0}


@settings(max_examples=30)
@given(questions(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(
    question: tuple[list[Candidate], dict[str, int]], random: object
) -> None:
    candidates, capacities = question
    other = list(candidates)
    random.shuffle(other)  # type: ignore[attr-defined]
    assert fit(other, dict(reversed(capacities.items()))) == fit(candidates, capacities)


def test_decimals_are_added_up_exactly() -> None:
    """0.1 + 0.2 fits into 0.3, as it would not in floats; and a tenth more does not fit."""
    candidates = [Candidate("a", Decimal("1.5"), {"May": Decimal("0.1")}),
                  Candidate("b", Decimal("2.50"), {"May": Decimal("0.2")})]  # fmt: skip
    found = fit(candidates, {"May": Decimal("0.3")})
    assert (found.chosen, found.value, found.used) == (("a", "b"), 4, {"May": Decimal("0.3")})
    assert fit(candidates, {"May": Decimal("0.29")}).chosen == ("b",)


def test_a_set_that_breaks_a_row_by_less_than_a_tolerance_is_not_taken() -> None:
    """In floats within 1e-6 of the capacity all would fit; in whole numbers one unit is missing."""
    big = 10**12
    candidates = [Candidate(name, 9 - n, {"May": big + n}) for n, name in enumerate("abc")]
    found = fit(candidates, {"May": 3 * big + 2}, questions=False)
    assert (found.chosen, found.status) == (("a", "b"), FitStatus.OPTIMAL)


def test_values_apart_by_one_unit_in_a_billion_are_told_apart() -> None:
    candidates = [Candidate("a", 10**9, {"May": 1}), Candidate("b", 10**9 + 1, {"May": 1})]
    found = fit(candidates, {"May": 1})
    assert (found.chosen, found.value) == (("b",), 10**9 + 1)


def test_of_a_hundred_alike_the_first_ids_are_taken() -> None:
    candidates = [Candidate(f"{n:03}", 5, {"May": 8}) for n in range(100)]
    found = fit(candidates, {"May": 330}, questions=False)
    assert found.chosen == tuple(f"{n:03}" for n in range(41))


def test_without_capacities_all_that_is_worth_anything_fits() -> None:
    found = fit([Candidate("a", 1), Candidate("b", 0), Candidate("c", -1)], {})
    assert (found.chosen, found.value, found.fragile) == (("a",), 1, ())


def test_a_loss_is_taken_when_what_requires_it_is_worth_more() -> None:
    ground = Candidate("ground", -5, {"May": 3})
    house = Candidate("house", 9, {"May": 4}, requires=frozenset({"ground"}))
    assert fit([house, ground], {"May": 7}).chosen == ("ground", "house")
    assert fit([house, ground], {"May": 6}).chosen == ()


def hard(seed: int, n: int, m: int) -> tuple[list[Candidate], dict[str, int]]:
    """Candidates whose value goes with their hours, as the hardest knapsacks have it."""
    random = np.random.default_rng(seed)
    hours = random.integers(1, 80, (n, m))
    values = hours.mean(axis=1) * 100 + random.integers(0, 500, n)
    names = [f"c{k:02}" for k in range(m)]
    candidates = [
        Candidate(f"{j:03}", int(values[j]), dict(zip(names, hours[j].tolist(), strict=True)))
        for j in range(n)
    ]
    return candidates, {name: int(total) // 2 for name, total in zip(names, hours.sum(axis=0), strict=True)}


def test_where_the_time_is_too_short_for_a_proof_the_bound_says_how_far_off_it_can_be() -> None:
    candidates, capacities = hard(1, 300, 12)
    found = fit(candidates, capacities, seconds=0.3)
    assert found.status is FitStatus.FEASIBLE
    assert 0 < found.value < found.bound
    assert all(found.used[name] <= capacities[name] for name in capacities)
    assert (found.fragile, found.undecided, found.one_more) == ((), (), {})


@pytest.mark.parametrize(
    ("candidates", "capacities", "complaint"),
    [
        ([Candidate("a", 1), Candidate("a", 2)], {}, "same id"),
        ([Candidate("a", 1, {"May": -1})], {"May": 3}, "negative hours"),
        ([Candidate("a", 1, {"May": 1})], {"May": -3}, "capacity is negative"),
        ([Candidate("a", 1, {"June": 1})], {"May": 3}, "not named"),
        ([Candidate("a", 1, excludes=frozenset("b"))], {}, "no candidate"),
        ([Candidate("a", 1, requires=frozenset("a"))], {}, "itself"),
        ([Candidate("a", LARGEST), Candidate("b", 1)], {}, "more digits"),
        ([Candidate("a", Decimal("1e-40"))], {}, "more digits"),
        ([Candidate("a", Decimal("NaN"))], {}, "not a number"),
    ],
)
def test_a_question_that_is_not_clear_is_refused(
    candidates: list[Candidate], capacities: dict[str, int], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        fit(candidates, capacities)


def test_prices_bound_every_set_in_whole_numbers() -> None:
    programme = Programme.of([10, 7, 4], [[3, 2, 2]], [4])
    prices = programme.prices
    assert prices is not None
    best = maximise(programme, 10.0)
    assert best.chosen is not None
    assert programme.worth(best.chosen) <= prices.bound() <= 21
    assert prices.bound_with(0, True) >= 10
    assert prices.bound_beyond(0, 1) >= 17


@pytest.mark.parametrize(
    ("units", "decimals", "meant"),
    [(870610, 2, Decimal("8706.1")), (-500, 2, -5), (0, 3, 0), (1, 2, Decimal("0.01"))],
)
def test_a_number_keeps_no_idle_zeros(units: int, decimals: int, meant: Number) -> None:
    assert (found := number(units, decimals)) == meant
    assert type(found) is type(meant)
    assert str(found) == str(meant)
    assert whole([found, Decimal("0.001")])[0][0] * 10**decimals == units * 1000


def published() -> Iterator[tuple[Decimal, list[Candidate], dict[str, Decimal]]]:
    """The instances of an OR-Library file: the optimum that it states, candidates, capacities."""
    root = os.environ.get("LEANSHIP_WITNESS_DATA")
    if not root:
        pytest.skip("LEANSHIP_WITNESS_DATA is not set: the published knapsacks have no stated licence")
    numbers = iter(map(Decimal, (Path(root) / "optim" / "mknap1.txt").read_text(encoding="utf-8").split()))
    for _ in range(int(next(numbers))):
        n, m, optimum = int(next(numbers)), int(next(numbers)), next(numbers)
        values = [next(numbers) for _ in range(n)]
        rows = [[next(numbers) for _ in range(n)] for _ in range(m)]
        yield (
            optimum,
            [
                Candidate(f"{j:02}", values[j], {f"c{k}": row[j] for k, row in enumerate(rows)})
                for j in range(n)
            ],
            {f"c{k}": next(numbers) for k in range(m)},
        )


def test_the_published_optima_are_found_and_proven() -> None:
    found: list[tuple[Decimal, Fit]] = [
        (told, fit(candidates, capacities, questions=False)) for told, candidates, capacities in published()
    ]
    assert [str(told) for told, _ in found] == ["3800", "8706.1", "4015", "6120", "12400", "10618", "16537"]
    for told, one in found:
        assert (one.status, one.value, one.bound) == (FitStatus.OPTIMAL, told, told)


@settings(max_examples=60)
@given(questions())
def test_highs_alone_finds_the_same(question: tuple[list[Candidate], dict[str, int]]) -> None:
    """Where a question has too many rows for our own search, or it takes too long, HiGHS answers."""
    candidates, capacities = question
    value, _hours, ids = min(sets(candidates, capacities))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(binary, "MOST_ROWS", 0)
        found = fit(candidates, capacities, questions=False)
    assert (found.status, found.value, list(found.chosen)) == (FitStatus.OPTIMAL, -value, ids)


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_every_set_that_is_worth_the_most_is_found_and_proven(seed: int, spread: int) -> None:
    random = np.random.default_rng(seed)
    rows = random.integers(0, 6, (3, 12))
    values = random.integers(1, 1 + spread, 12)
    limits = rows.sum(axis=1) // 2
    bits = (np.arange(2**12)[:, None] >> np.arange(12)) & 1
    worth = np.where((bits @ rows.T <= limits).all(axis=1), bits @ values, -1)
    best = {tuple(line) for line in bits[worth == worth.max()].tolist()}
    _best, found = best_and_ties(Programme.of(values.tolist(), rows.tolist(), limits.tolist()), 30.0)
    if len(best) > MOST_TIES:
        assert found is None
    else:
        assert found is not None
        assert len(found) == len(best)
        assert {tuple(chosen.astype(int).tolist()) for chosen in found} == best


def test_a_node_that_prices_do_not_prove_is_a_doubt() -> None:
    """With prices of nothing a node can be given up by its floats alone, and that proves nothing."""
    random = np.random.default_rng(7)
    rows = random.integers(1, 20, (2, 15)).astype(float)
    given = random.integers(10, 60, 15).astype(float), rows, rows.sum(axis=1) // 2
    search = Search(*given, known=0)
    assert search.run(search.start(), 10.0)
    assert search.doubts == 0
    blind = Search(*given, known=0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Search, "_prices", lambda self, nodes: np.zeros((len(nodes), 2)))
        blind.run(blind.start(), 10.0)
    assert blind.known == search.known
    assert blind.doubts > 0


def test_two_hundred_candidates_and_twelve_capacities_are_proven() -> None:
    """Values that have nothing to do with hours, all months taken: HiGHS alone takes minutes for some of them."""
    random = np.random.default_rng(1)
    hours, values = random.integers(1, 80, (12, 200)), random.integers(1000, 100_000, 200)
    names = [f"2027-{month:02}" for month in range(1, 13)]
    candidates = [
        Candidate(f"{j:03}", int(values[j]), dict(zip(names, hours[:, j].tolist(), strict=True)))
        for j in range(200)
    ]
    found = fit(candidates, dict(zip(names, (hours.sum(axis=1) // 2).tolist(), strict=True)), questions=False)
    assert (found.status, found.value, found.bound) == (FitStatus.OPTIMAL, 7_553_913, 7_553_913)
