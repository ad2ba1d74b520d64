"""Rating 10 million measurements: Leanship in NumPy against pandas and Polars, in one run on one machine.

100,000 people, 2 KPIs, 52 weeks. Each contender takes sorted columns in memory and gives, for each series, the
counts of M14, the rating, the limits, and how many points the three signal rules flag; every tie is decided on
whole numbers. They must agree. They run in turn, so that whatever else the machine does falls on all alike.
By hand:

    python benchmarks/rating.py [--people 100000] [--rounds 3]

pandas goes by vectorised operations over the shifted columns, Polars by expressions over them, as a good user of
either would write it for series of equal length; grouping by `group_by().agg()` is slower in both. Leanship's own
function takes series of any length, with gaps.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import polars as pl
from numpy.typing import NDArray

from leanship.domain.columns import rate_columns
from leanship.domain.periods import Cadence

WEEKS = 52
WINDOW = 13
BASELINE = 24
EXCEEDS, MEETS, BELOW, MIXED = range(4)
LAST = 3000 + WEEKS - 1

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Data:
    """The columns, sorted by series and week; `lower` says of each row whether lower is better."""

    series: Ints
    week: Ints
    value: Ints
    standard: Ints
    lower: NDArray[np.bool_]


@dataclass(frozen=True)
class Result:
    """One entry a series."""

    exceeds: Ints
    meets: Ints
    rating: Ints
    outside: Ints
    runs: Ints
    three: Ints
    upper: NDArray[np.float64]


def make(people: int, seed: int = 20261122) -> Data:
    """Two KPIs a person: one near its standard, and one with few distinct values, where ties abound."""
    random = np.random.default_rng(seed)
    count = people * 2
    value = np.empty((people, 2, WEEKS), np.int64)
    value[:, 0] = np.rint(random.normal(10_400, 500, (people, WEEKS)))
    value[:, 1] = random.integers(15, 27, (people, WEEKS))
    standard = np.empty_like(value)
    standard[:, 0], standard[:, 1] = 10_000, 20
    return Data(
        np.repeat(np.arange(count), WEEKS),
        np.tile(np.arange(LAST - WEEKS + 1, LAST + 1), count),
        value.ravel(),
        standard.ravel(),
        np.repeat(np.arange(count) % 2 == 1, WEEKS),
    )


def leanship(data: Data) -> Result:
    """The product's own function."""
    starts = np.arange(0, len(data.series) + 1, WEEKS)
    found = rate_columns(
        starts,
        data.week,
        data.value,
        data.standard,
        data.lower[::WEEKS],
        cadence=Cadence.WEEK,
        last=LAST,
    )
    return Result(
        found.exceeds,
        found.meets,
        found.rating.astype(np.int64),
        found.outside_limits,
        found.run_of_8,
        found.three_of_four,
        found.upper_limit,
    )


def in_pandas(data: Data) -> Result:
    """Vectorised pandas: sums by group, joined back to the rows, and shifts for runs and windows."""
    df = pd.DataFrame(
        {"series": data.series, "week": data.week, "x": data.value, "s": data.standard, "lower": data.lower},
        copy=False,
    )
    place = df["week"] - (LAST - WEEKS + 1)
    base = place < BASELINE
    step = (df["x"] - df["x"].shift(1, fill_value=0)).abs().where(base & (place > 0), 0)
    by = df["series"]
    total = df["x"].where(base, 0).groupby(by, sort=False).sum()
    ranges = step.groupby(by, sort=False).sum()
    # 100(n−1)·|n·x−Σx| > 266·n·Σ|Δ|, with n = 24
    total_rows = pd.Series(np.repeat(total.to_numpy(), WEEKS))
    far = pd.Series(np.repeat(266 * BASELINE * ranges.to_numpy(), WEEKS))
    dev = BASELINE * df["x"] - total_rows
    size = 100 * (BASELINE - 1) * dev.abs()
    outside = (size > far) & (far > 0)
    near = (2 * size > far) & (far > 0)
    side = np.sign(dev)
    result: dict[str, pd.Series] = {"outside": outside}
    run = pd.Series(False, index=df.index)
    starts = pd.Series(True, index=df.index)
    first_side = side
    for back in range(1, 8):
        starts &= side.shift(-back, fill_value=0) == first_side
    starts &= (side != 0) & (place <= WEEKS - 8)
    for ahead in range(8):
        run |= starts.shift(ahead, fill_value=False)
    result["runs"] = run
    three = pd.Series(False, index=df.index)
    for sign in (1, -1):
        hit = near & (side == sign)
        four = sum(hit.shift(-back, fill_value=False).astype("int8") for back in range(4))
        begins = (four >= 3) & (place <= WEEKS - 4)
        covered = pd.Series(False, index=df.index)
        for ahead in range(4):
            covered |= begins.shift(ahead, fill_value=False)
        three |= covered & hit
    result["three"] = three
    part = df["x"].where(~df["lower"], df["s"])
    whole = df["s"].where(~df["lower"], df["x"])
    inside = place >= WEEKS - WINDOW
    result["e"] = inside & (200 * part >= 209 * whole)
    result["m"] = inside & (200 * part >= 199 * whole)
    counts = pd.DataFrame(result).groupby(by, sort=False).sum()
    e, m = counts["e"].to_numpy(), counts["m"].to_numpy()
    upper = total / BASELINE + 2.66 * ranges / (BASELINE - 1)
    return Result(
        e,
        m,
        rating(e, m),
        counts["outside"].to_numpy(),
        counts["runs"].to_numpy(),
        counts["three"].to_numpy(),
        np.where(ranges > 0, upper, np.nan),
    )


def rating(exceeds: Ints, meets: Ints) -> Ints:
    """M14 from the counts of a full window."""
    n = WINDOW
    below = np.where(10 * (n - meets) >= 8 * n, BELOW, MIXED)
    return np.where(10 * exceeds >= 8 * n, EXCEEDS, np.where(10 * meets >= 8 * n, MEETS, below))


def in_polars(data: Data) -> Result:
    """Polars by shifts over the sorted columns: cumulative sums give the sums of a series without a group_by."""
    df = pl.DataFrame({"week": data.week, "x": data.value, "s": data.standard, "lower": data.lower})
    place = pl.col("week") - (LAST - WEEKS + 1)
    df = df.with_columns(place.cast(pl.Int8).alias("p"))
    inside = pl.col("p") < BASELINE
    step = pl.when(inside & (pl.col("p") > 0)).then((pl.col("x") - pl.col("x").shift(1)).abs()).otherwise(0)
    sums = df.select(
        pl.when(inside).then(pl.col("x")).otherwise(0).cum_sum().alias("t"), step.cum_sum().alias("r")
    ).gather_every(WEEKS, WEEKS - 1)
    sums = sums.with_columns(pl.all().diff().fill_null(pl.all()))
    total, ranges = sums["t"].to_numpy(), sums["r"].to_numpy()
    df = df.with_columns(
        pl.Series("t", np.repeat(total, WEEKS)), pl.Series("far", np.repeat(266 * BASELINE * ranges, WEEKS))
    )
    dev = BASELINE * pl.col("x") - pl.col("t")
    df = df.with_columns(dev.alias("dev")).with_columns(
        pl.col("dev").sign().cast(pl.Int8).alias("side"),
        (100 * (BASELINE - 1) * pl.col("dev").abs()).alias("size"),
    )
    limited = pl.col("far") > 0
    part = pl.when(pl.col("lower")).then(pl.col("s")).otherwise(pl.col("x"))
    whole = pl.when(pl.col("lower")).then(pl.col("x")).otherwise(pl.col("s"))
    recent = pl.col("p") >= WEEKS - WINDOW
    near = (2 * pl.col("size") > pl.col("far")) & limited
    df = df.select(
        "p",
        ((pl.col("size") > pl.col("far")) & limited).alias("outside"),
        "side",
        (near & (pl.col("side") == 1)).alias("high"),
        (near & (pl.col("side") == -1)).alias("low"),
        (recent & (200 * part >= 209 * whole)).alias("e"),
        (recent & (200 * part >= 199 * whole)).alias("m"),
    )
    side = pl.col("side")
    same = pl.all_horizontal(*(side.shift(-back) == side for back in range(1, 8)))
    starts = same & (side != 0) & (pl.col("p") <= WEEKS - 8)
    four = {
        name: (pl.sum_horizontal(*(pl.col(name).shift(-b).cast(pl.Int8) for b in range(4))) >= 3)
        & (pl.col("p") <= WEEKS - 4)
        for name in ("high", "low")
    }
    df = df.with_columns(starts.alias("begin"), four["high"].alias("high4"), four["low"].alias("low4"))

    def spread(name: str, rows: int) -> pl.Expr:
        return pl.any_horizontal(*(pl.col(name).shift(ahead, fill_value=False) for ahead in range(rows)))

    counts = (
        df.select(
            "e",
            "m",
            "outside",
            spread("begin", 8).alias("runs"),
            ((spread("high4", 4) & pl.col("high")) | (spread("low4", 4) & pl.col("low"))).alias("three"),
        )
        .select(pl.all().cast(pl.Int64).cum_sum())
        .gather_every(WEEKS, WEEKS - 1)
    )
    counts = counts.with_columns(pl.all().diff().fill_null(pl.all()))
    e, m = counts["e"].to_numpy(), counts["m"].to_numpy()
    upper = total / BASELINE + 2.66 * ranges / (BASELINE - 1)
    return Result(
        e,
        m,
        rating(e, m),
        counts["outside"].to_numpy(),
        counts["runs"].to_numpy(),
        counts["three"].to_numpy(),
        np.where(ranges > 0, upper, np.nan),
    )


def bare_sum(data: Data) -> None:
    """The least that reading the same columns costs."""
    for column in (data.week, data.value, data.standard):
        column.sum()


def check(name: str, found: Result, expected: Result) -> None:
    """Raises AssertionError where a contender's answer differs."""
    for field, column in vars(expected).items():
        if field == "upper":
            np.testing.assert_allclose(getattr(found, field), column, rtol=1e-9, err_msg=f"{name}: {field}")
        else:
            np.testing.assert_array_equal(getattr(found, field), column, err_msg=f"{name}: {field}")


def main() -> None:
    """Runs all in turn and prints one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    data = make(options.people)
    contenders: dict[str, Callable[[Data], Result | None]] = {
        "Leanship (NumPy)": leanship,
        "pandas, vectorised": in_pandas,
        "Polars, shifts": in_polars,
        "bare sum of the columns": bare_sum,
    }
    best = dict.fromkeys(contenders, float("inf"))
    expected: Result | None = None
    for _ in range(options.rounds):
        for name, run in contenders.items():
            begin = time.perf_counter()
            found = run(data)
            best[name] = min(best[name], time.perf_counter() - begin)
            if found is not None and expected is not None:
                check(name, found, expected)
            expected = expected or found
    ours = best["Leanship (NumPy)"]
    print(f"{len(data.value):,} measurements, best of {options.rounds} rounds in turn; all answers agree")
    print(
        f"pandas {pd.__version__}, Polars {pl.__version__} ({pl.thread_pool_size()} threads), NumPy {np.__version__}"
    )
    print(f"{'':<26}{'seconds':>10}{'to ours':>10}")
    for name, seconds in best.items():
        print(f"{name:<26}{seconds:>10.3f}{seconds / ours:>9.2f}×")


if __name__ == "__main__":
    main()
