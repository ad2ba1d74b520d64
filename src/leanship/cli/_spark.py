"""Rating on Spark: the series are dealt out in parts, and each part is rated by the same function as on one machine.

The session is Spark's own (`SPARK_MASTER`, `spark-submit` or its configuration decide where it runs), and
Leanship must be installed where its workers are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from itertools import pairwise

import numpy as np

from leanship.cli._measured import Measured
from leanship.domain.columns import RatedColumns

Run = Callable[[Measured, str, int | None], RatedColumns]


def on_spark(run: Run) -> Run:
    """`run`, done in parts by the workers of a Spark session."""

    def distributed(group: Measured, better: str, window: int | None) -> RatedColumns:
        from pyspark.sql import SparkSession  # type: ignore[import-not-found]

        session = SparkSession.builder.appName("leanship rate").getOrCreate()
        context = session.sparkContext
        some = parts(group, 2 * context.defaultParallelism)
        task = partial(_part, run, better, window)
        return joined(context.parallelize(some, len(some)).map(task).collect())

    return distributed


def _part(run: Run, better: str, window: int | None, group: Measured) -> RatedColumns:
    return run(group, better, window)


def parts(group: Measured, count: int) -> list[Measured]:
    """The series in at most `count` parts of about the same number of series, in their order."""
    series = len(group.names)
    bounds = np.unique(np.linspace(0, series, min(count, series) + 1).astype(np.int64)).tolist()
    return [_slice(group, begin, end) for begin, end in pairwise(bounds)]


def _slice(group: Measured, begin: int, end: int) -> Measured:
    rows = slice(int(group.starts[begin]), int(group.starts[end]))
    return replace(
        group,
        names=group.names[begin:end],
        better=group.better[begin:end],
        units=group.units[begin:end],
        starts=group.starts[begin : end + 1] - group.starts[begin],
        ordinals=group.ordinals[rows],
        values=group.values[rows],
        standards=group.standards[rows],
    )


def joined(results: list[RatedColumns]) -> RatedColumns:
    """The results of the parts as one."""
    return RatedColumns(
        *(np.concatenate([getattr(one, field.name) for one in results]) for field in fields(RatedColumns))
    )
