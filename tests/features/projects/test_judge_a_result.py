"""A measure is fixed beforehand, judged once at the check, and looked at again after 90 days (M22)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from leanship.features.base import clock
from leanship.features.base.errors import Conflict, Invalid, NotFound, Refused
from leanship.features.base.models import Event
from leanship.features.jobs import queue
from leanship.features.productivity.models import Measurement, Series
from leanship.features.projects.actions import results
from leanship.features.projects.models import Check, Measure
from leanship.features.savings import actions as savings
from leanship.features.savings import queries as ledger
from leanship.features.savings.models import Saving
from tests.cast import Cast
from tests.features.projects.result_kit import (
    BEFOREHAND,
    CHANGE,
    CHECK,
    FIRST,
    STEADY,
    fixed,
    project_of,
    series_of,
)


def on(day: date) -> Any:
    """The clock held at nine that day."""
    return clock.held_at(datetime(day.year, day.month, day.day, 9, tzinfo=UTC))


def judged(cast: Cast, after: Sequence[int | None], **given: Any) -> Check:
    series = series_of(cast.people["ana"], [*STEADY, *after])
    fixed(cast, project_of(cast), series, **given)
    assert results.judge_due() == 1
    return Check.objects.get()


def test_an_improvement_that_the_series_shows(cast: Cast) -> None:
    check = judged(cast, [12] * 8)
    assert (check.verdict, check.before, check.after, check.holds) == ("improved", 14, 8, None)
    assert (check.due_on, check.kind) == (CHECK, "first")
    assert check.counts["centre"] == [11, 1]
    assert check.counts["upper"] == [408, 25]
    assert check.counts["run_better"] == 8
    assert len(check.counts["points"]) == 22
    assert Event.objects.filter(kind="project.judged").get().params["verdict"] == "improved"


@pytest.mark.parametrize(
    ("after", "given", "verdict"),
    [
        ([10] * 8, {}, "worse"),
        ([10] * 8, {"better": "lower"}, "improved"),
        ([10, 12] * 4, {}, "no_signal_yet"),
        ([20, 2] * 4, {}, "mixed"),
        ([12] * 7 + [None], {}, "not_enough_evidence"),
        ([12] * 8, {"check_on": date(2026, 8, 31)}, "improved"),
        ([12] * 8, {"check_on": date(2026, 8, 30)}, "not_enough_evidence"),
    ],
)
def test_every_verdict(cast: Cast, after: list[int | None], given: dict[str, Any], verdict: str) -> None:
    assert judged(cast, after, **given).verdict == verdict


def test_it_is_judged_once_and_stays_as_it_was(cast: Cast) -> None:
    check = judged(cast, [10, 12] * 4)
    Measurement.objects.filter(ordinal__gt=FIRST + 13).update(value=12)
    assert results.judge_due() == 0
    with pytest.raises(Invalid, match="judged once"):
        results.judge_now(cast.actors["ana"], project=check.measure.project)
    assert Check.objects.get().verdict == "no_signal_yet"


def test_what_comes_after_the_check_is_not_judged(cast: Cast) -> None:
    check = judged(cast, [10, 12] * 4 + [99] * 2)
    assert (check.verdict, check.after) == ("no_signal_yet", 8)


def test_nothing_is_judged_before_its_day(cast: Cast) -> None:
    project = project_of(cast)
    fixed(cast, project, series_of(cast.people["ana"], [*STEADY, *[12] * 8]))
    with on(date(2026, 8, 31)):
        assert results.judge_due() == 0
        with pytest.raises(Invalid):
            results.judge_now(cast.actors["ana"], project=project)


def test_a_check_waits_a_week_for_its_last_figure(cast: Cast) -> None:
    project = project_of(cast)
    series = series_of(cast.people["ana"], [*STEADY, *[12] * 7])
    fixed(cast, project, series)
    with on(date(2026, 9, 7)):
        assert results.judge_due() == 0
    with on(date(2026, 9, 8)):
        assert results.judge_due() == 1
    assert Check.objects.get().verdict == "not_enough_evidence"


def test_it_does_not_wait_once_the_figure_is_there_or_the_leader_says_so(cast: Cast) -> None:
    one, other = project_of(cast), project_of(cast, title="Fewer calls")
    fixed(cast, one, series_of(cast.people["ana"], [*STEADY, *[12] * 8]))
    fixed(cast, other, series_of(cast.people["ana"], [*STEADY, *[12] * 7], name="Calls"))
    with on(CHECK):
        assert results.judge_due() == 1
        with pytest.raises(Refused):
            results.judge_now(cast.actors["dev"], project=other)
        assert results.judge_now(cast.actors["ana"], project=other).verdict == "not_enough_evidence"


def test_the_daily_job_judges(cast: Cast) -> None:
    fixed(cast, project_of(cast), series_of(cast.people["ana"], [*STEADY, *[12] * 8]))
    queue.put("projects.judge_due")
    queue.run_all()
    assert Check.objects.get().verdict == "improved"


def test_a_gain_that_holds_and_one_that_faded(cast: Cast) -> None:
    ana = cast.people["ana"]
    lasting, faded = project_of(cast), project_of(cast, title="Fewer calls")
    fixed(cast, lasting, series_of(ana, [*STEADY, *[12] * 11]))
    fixed(cast, faded, series_of(ana, [*STEADY, *[12] * 8, 10, 10, 12], name="Calls"))
    with on(CHECK):
        assert results.judge_due() == 2
    with on(date(2026, 11, 29)):
        assert results.judge_due() == 0
    # the check of 1 September is looked at again on 30 November, when November itself is over but for its figure
    Measurement.objects.create(
        series=Series.objects.get(kpi__name="Orders a day"), ordinal=FIRST + 25, value=12
    )
    with on(date(2026, 12, 7)):
        assert results.judge_due() == 2
    again = {
        check.measure.project: check for check in Check.objects.filter(kind="again").select_related("measure")
    }
    assert (again[lasting].holds, again[lasting].verdict) == (True, "improved")
    assert (again[faded].holds, again[faded].verdict) == (False, "no_signal_yet")
    assert again[faded].due_on == date(2026, 11, 30)


def test_savings_go_when_the_gain_is_gone(cast: Cast) -> None:
    project = project_of(cast)
    fixed(cast, project, series_of(cast.people["ana"], [*STEADY, *[12] * 8, 10, 10, 12]))
    with on(CHECK):
        results.judge_due()
    saving = savings.claim(
        cast.actors["ana"],
        source_kind="project",
        source_uid=project.uid,
        kind="money",
        per="year",
        figures={"actual": 500_000},
    )
    question = savings.ask(cast.actors["ana"], saving=saving, asked=cast.people["farid"])
    savings.confirm(cast.actors["farid"], confirmation=question)
    with on(date(2026, 12, 7)):
        results.judge_due()
    assert Saving.objects.get().state == "gone"


def test_only_a_gain_is_looked_at_again(cast: Cast) -> None:
    judged(cast, [10] * 8)
    with on(date(2027, 3, 1)):
        assert results.judge_due() == 0


def test_only_its_leader_fixes_the_measure(cast: Cast) -> None:
    project, series = project_of(cast), series_of(cast.people["ana"], STEADY)
    for key in ("ben", "dev", "elif", "greta"):
        with pytest.raises(Refused):
            fixed(cast, project, series, key=key)


def test_who_may_choose_a_series_is_who_may_read_it(cast: Cast) -> None:
    with pytest.raises(NotFound):
        fixed(cast, project_of(cast), series_of(cast.people["farid"], STEADY))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"check_on": CHANGE}, "check_on"),
        ({"check_on": date(2025, 12, 20), "change_on": date(2025, 6, 1)}, "check_on"),
        ({"better": "bigger"}, "better"),
        ({"baseline_from": CHANGE}, "baseline_from"),
    ],
)
def test_days_out_of_order_are_turned_down(cast: Cast, given: dict[str, Any], field: str) -> None:
    whole: Any = {"change_on": CHANGE, "check_on": CHECK} | given
    project, series = project_of(cast), series_of(cast.people["ana"], STEADY)
    with clock.held_at(BEFOREHAND), pytest.raises(Invalid) as caught:
        results.fix_measure(cast.actors["ana"], project=project, series=series, **whole)
    assert list(caught.value.problems) == [field]


def test_an_archived_series_is_turned_down(cast: Cast) -> None:
    project, series = project_of(cast), series_of(cast.people["ana"], STEADY)
    series.archived_at = BEFOREHAND
    with pytest.raises(Invalid) as caught:
        fixed(cast, project, series)
    assert list(caught.value.problems) == ["series"]


def test_another_choice_replaces_the_first_with_a_reason(cast: Cast) -> None:
    project, series = project_of(cast), series_of(cast.people["ana"], STEADY)
    first = fixed(cast, project, series)
    given: Any = {"project": project, "series": series, "change_on": CHANGE, "check_on": date(2026, 10, 1)}
    with clock.held_at(BEFOREHAND):
        with pytest.raises(Invalid) as caught:
            results.fix_measure(cast.actors["ana"], **given)
        assert list(caught.value.problems) == ["reason"]
        second = results.fix_measure(cast.actors["ana"], **given, reason="The supplier is late.")
    first.refresh_from_db()
    assert (first.is_current, second.is_current, second.replaces) == (False, True, first)
    assert (first.check_on, second.reason) == (CHECK, "The supplier is late.")
    assert results.judge_due() == 1
    assert Check.objects.get().measure == second


def test_the_baseline_begins_with_the_first_figure_or_where_one_says(cast: Cast) -> None:
    project, series = project_of(cast), series_of(cast.people["ana"], STEADY)
    assert fixed(cast, project, series).baseline_from == FIRST
    other = project_of(cast, title="Fewer calls")
    with clock.held_at(BEFOREHAND):
        measure = results.fix_measure(
            cast.actors["ana"],
            project=other,
            series=series,
            change_on=CHANGE,
            check_on=CHECK,
            baseline_from=date(2025, 1, 1),
        )
    assert measure.baseline_from == FIRST + 2


def test_a_ratio_is_judged_on_its_two_parts(cast: Cast) -> None:
    series = series_of(cast.people["ana"], [*STEADY, *[11] * 8])
    # 0.3 above the centre is lost when the value is rounded, and there all the same
    late = Measurement.objects.filter(series=series, ordinal__gt=FIRST + 13)
    late.update(numerator=113, denominator=10)
    fixed(cast, project_of(cast), series)
    results.judge_due()
    assert Check.objects.get().verdict == "improved"


def test_a_colleague_outside_the_line_confirms_an_improved_result(cast: Cast) -> None:
    check = judged(cast, [12] * 8)
    ana, farid = cast.actors["ana"], cast.actors["farid"]
    with pytest.raises(Invalid, match="same line"):
        results.ask_to_confirm(ana, check=check, asked=cast.people["ben"])
    with pytest.raises(Refused):
        results.ask_to_confirm(cast.actors["dev"], check=check, asked=cast.people["farid"])
    question = results.ask_to_confirm(ana, check=check, asked=cast.people["farid"])
    with pytest.raises(Conflict):
        results.ask_to_confirm(ana, check=check, asked=cast.people["dev"])
    savings.confirm(farid, confirmation=question)
    assert ledger.confirmed_uids("result", [check.uid]) == {check.uid}


def test_nothing_else_is_confirmed(cast: Cast) -> None:
    check = judged(cast, [10] * 8)
    with pytest.raises(Invalid, match="improved"):
        results.ask_to_confirm(cast.actors["ana"], check=check, asked=cast.people["farid"])


def test_two_workers_give_one_verdict(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    check = judged(cast, [12] * 8)
    # a worker that looked before the other wrote finds the row when it writes
    assert results._judge(cast.actors["ana"], check.measure, Check.Kind.FIRST) is None
    assert Check.objects.count() == 1
    assert Measure.objects.count() == 1
