"""What fits: 200 candidates and 12 capacities, our own search against HiGHS alone, in one run on one machine.

Questions of several kinds are made, from those where values have nothing to do with hours to the hardest, where value
goes with hours. For each: how long until the best set is found and proven, ties decided, and how long HiGHS alone takes
(SciPy's `milp` with a gap of nothing), which decides no ties. The two take turns. By hand:

    python benchmarks/fit.py [--candidates 200] [--capacities 12] [--questions 3] [--seconds 20]

Where other work keeps the machine busy, believe the processor time rather than the seconds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from leanship.domain.portfolio import Candidate, fit

Whole = NDArray[np.int64]
Question = tuple[Whole, Whole, Whole]  # values (n,), hours (m, n), capacities (m,)
Maker = Callable[[np.random.Generator, int, int], Question]


def apart(random: np.random.Generator, n: int, m: int) -> Question:
    """Values that have nothing to do with the hours; every capacity taken, and room for half."""
    hours = random.integers(1, 80, (m, n))
    return random.integers(1_000, 100_000, n), hours, hours.sum(axis=1) // 2


def rounded(random: np.random.Generator, n: int, m: int) -> Question:
    """The same with values in whole thousands, as people guess them, so that ties are common."""
    values, hours, capacities = apart(random, n, m)
    return (values // 1_000 + 1) * 1_000, hours, capacities


def scarce(random: np.random.Generator, n: int, m: int) -> Question:
    """The same with room for a tenth, as where there is far more to do than hours."""
    values, hours, _capacities = apart(random, n, m)
    return values, hours, hours.sum(axis=1) // 10


def ample(random: np.random.Generator, n: int, m: int) -> Question:
    """The same with room for four fifths."""
    values, hours, _capacities = apart(random, n, m)
    return values, hours, hours.sum(axis=1) * 4 // 5


def months(random: np.random.Generator, n: int, m: int) -> Question:
    """Each candidate takes hours of one to four months in a row, and its value goes roughly with them."""
    hours = np.zeros((m, n), np.int64)
    for candidate in range(n):
        begin = int(random.integers(0, m))
        end = min(m, begin + int(random.integers(1, 5)))
        hours[begin:end, candidate] = random.integers(4, 80, end - begin)
    values = (hours.sum(axis=0) * random.uniform(20, 200, n)).astype(np.int64)
    return values, hours, hours.sum(axis=1) * 2 // 5


def bound_up(random: np.random.Generator, n: int, m: int) -> Question:
    """The hardest: the value is that of the hours and a little more or less."""
    hours = random.integers(1, 80, (m, n))
    values = (hours.mean(axis=0) * 100).astype(np.int64) + random.integers(0, 5_000, n)
    return values, hours, hours.sum(axis=1) // 2


KINDS: tuple[Maker, ...] = (apart, rounded, scarce, ample, months, bound_up)


def ours(question: Question, seconds: float) -> str:
    """What `fit` says, with its time."""
    values, hours, capacities = question
    names = [f"c{row:02}" for row in range(len(capacities))]
    candidates = [
        Candidate(f"{j:04}", int(value), dict(zip(names, hours[:, j].tolist(), strict=True)))
        for j, value in enumerate(values)
    ]
    begin, used = time.perf_counter(), time.process_time()
    found = fit(
        candidates, dict(zip(names, capacities.tolist(), strict=True)), seconds=seconds, questions=False
    )
    took, used = time.perf_counter() - begin, time.process_time() - used
    gap = 100 * float(found.bound - found.value) / float(found.value)
    said = "proven" if found.status == "optimal" else f"gap {gap:.2f} %"
    return f"{took:7.2f} s {used:7.2f} s  {said:12} {found.value:>10}"


def highs(question: Question, seconds: float) -> str:
    """What HiGHS alone says, with its time."""
    values, hours, capacities = question
    begin, used = time.perf_counter(), time.process_time()
    found = milp(
        -values.astype(float),
        constraints=LinearConstraint(hours.astype(float), -np.inf, capacities.astype(float)),
        integrality=np.ones(len(values)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0, "time_limit": seconds},
    )
    took, used = time.perf_counter() - begin, time.process_time() - used
    return f"{took:7.2f} s {used:7.2f} s  {'proven' if found.status == 0 else 'not proven':10}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--candidates", type=int, default=200)
    parser.add_argument("--capacities", type=int, default=12)
    parser.add_argument("--questions", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20.0)
    asked = parser.parse_args()
    print(f"{'':10} {'Leanship':>9} {'processor':>9} {'':25}{'HiGHS':>9} {'processor':>9}")
    for kind in KINDS:
        for seed in range(asked.questions):
            question = kind(np.random.default_rng(seed), asked.candidates, asked.capacities)
            left, right = ours(question, asked.seconds), highs(question, asked.seconds)
            print(f"{kind.__name__:10} {left} {right}", flush=True)


if __name__ == "__main__":
    main()
