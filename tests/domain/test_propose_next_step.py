"""One next step: overdue promise before unseen signal before cheap gain, then age (M90)."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from leanship.domain.next_step import (
    OpenCorrection,
    Pending,
    SeriesEvidence,
    StepKind,
    TimeEvidence,
    Urgency,
    not_put_off,
    propose,
)

TODAY = date(2026, 11, 22)
STARTED = date(2024, 1, 1)


def kinds(**evidence: object) -> list[StepKind]:
    given_ = {"corrections": [], "series": [], "started": STARTED} | evidence
    return [step.kind for step in propose(TODAY, **given_)]  # type: ignore[arg-type]


def test_an_overdue_answer_comes_before_a_signal_and_a_signal_before_a_gain() -> None:
    overdue = OpenCorrection("c", date(2026, 10, 1), date(2026, 11, 21))
    series = SeriesEvidence(
        "s", STARTED, does_not_meet=True, signal_since=date(2026, 9, 1), missing_since=date(2026, 3, 1)
    )
    assert kinds(corrections=[overdue], series=[series]) == [
        StepKind.ANSWER_CORRECTION,
        StepKind.LOOK_AT_SIGNAL,
        StepKind.IMPROVE_KPI,
        StepKind.ENTER_VALUES,
    ]


def test_an_answer_due_today_is_not_overdue() -> None:
    due = OpenCorrection("c", date(2026, 11, 8), TODAY)
    signal = SeriesEvidence("s", STARTED, signal_since=date(2026, 11, 1))
    assert kinds(corrections=[due], series=[signal])[0] is StepKind.LOOK_AT_SIGNAL


def test_a_kpi_that_does_not_meet_but_has_a_project_is_left_alone() -> None:
    assert kinds(series=[SeriesEvidence("s", STARTED, does_not_meet=True, has_project=True)]) == []


def test_a_kpi_that_is_only_charted_needs_no_standard() -> None:
    assert kinds(series=[SeriesEvidence("s", STARTED, has_standard=False, rated=False)]) == []
    assert kinds(series=[SeriesEvidence("s", STARTED, has_standard=False)]) == [StepKind.SET_STANDARD]


def test_someone_without_a_kpi_is_offered_the_first() -> None:
    assert kinds() == [StepKind.ADD_FIRST_KPI]


def test_what_was_put_off_does_not_come_back() -> None:
    steps = propose(TODAY, corrections=[], series=[], started=STARTED)
    assert not_put_off(steps, {("add_first_kpi", "")}) == []


days = st.integers(0, 400).map(lambda n: TODAY - timedelta(days=n))
evidence = st.builds(
    SeriesEvidence,
    uid=st.text("abc", min_size=1, max_size=3),
    since=days,
    does_not_meet=st.booleans(),
    has_standard=st.booleans(),
    missing_since=st.none() | days,
    signal_since=st.none() | days,
)


@given(st.lists(evidence, max_size=6, unique_by=lambda one: one.uid), st.randoms(use_true_random=False))
def test_the_order_of_the_evidence_changes_nothing(series: list[SeriesEvidence], random: object) -> None:
    shuffled = list(series)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    steps = propose(TODAY, corrections=[], series=series, started=STARTED)
    assert steps == propose(TODAY, corrections=[], series=shuffled, started=STARTED)
    assert [step.urgency for step in steps] == sorted(step.urgency for step in steps)
    signals = [step.since for step in steps if step.urgency is Urgency.UNSEEN_SIGNAL]
    assert signals == sorted(signals)


YESTERDAY = TODAY - timedelta(days=1)


def test_an_overdue_plan_item_comes_first_and_one_that_is_due_today_does_not() -> None:
    signal = SeriesEvidence("s", STARTED, signal_since=STARTED)
    late = Pending(StepKind.DO_PLAN_ITEM, "p", STARTED, due=YESTERDAY)
    today = Pending(StepKind.DO_PLAN_ITEM, "p", STARTED, due=TODAY)
    assert kinds(series=[signal], pending=[late])[0] is StepKind.DO_PLAN_ITEM
    assert kinds(series=[signal], pending=[today])[0] is StepKind.LOOK_AT_SIGNAL


def test_a_verdict_nobody_acted_on_is_a_signal_of_its_age() -> None:
    older = Pending(StepKind.LOOK_AT_VERDICT, "v", date(2026, 8, 1))
    signal = SeriesEvidence("s", STARTED, signal_since=date(2026, 9, 1), does_not_meet=True)
    assert kinds(series=[signal], pending=[older]) == [
        StepKind.LOOK_AT_VERDICT,
        StepKind.LOOK_AT_SIGNAL,
        StepKind.IMPROVE_KPI,
    ]


def test_what_a_colleague_waits_for_comes_before_what_is_only_ones_own_gain() -> None:
    mine = SeriesEvidence("s", STARTED, does_not_meet=True)
    asked = Pending(StepKind.ANSWER_FEEDBACK, "f", TODAY)
    assert kinds(series=[mine], pending=[asked])[0] is StepKind.ANSWER_FEEDBACK


def test_an_opportunity_is_proposed_only_to_whoever_is_under_target() -> None:
    waits = ("o", date(2026, 10, 1))
    series = [SeriesEvidence("s", STARTED)]
    assert kinds(series=series, time=TimeEvidence(under_target=True, opportunity=waits)) == [
        StepKind.TAKE_UP_OPPORTUNITY
    ]
    assert kinds(series=series, time=TimeEvidence(under_target=True)) == []
    assert kinds(series=series, time=TimeEvidence(opportunity=waits)) == []


def test_unclassified_time_is_a_gain_and_has_no_record_of_its_own() -> None:
    found = propose(
        TODAY,
        corrections=[],
        series=[SeriesEvidence("s", STARTED)],
        started=STARTED,
        time=TimeEvidence(unclassified_since=date(2026, 11, 2)),
    )
    assert [(step.kind, step.about_uid, step.urgency) for step in found] == [
        (StepKind.CLASSIFY_TIME, "", Urgency.CHEAP_GAIN)
    ]


def test_every_kind_rests_on_a_principle_and_has_its_place() -> None:
    for kind in StepKind:
        (step,) = propose(
            TODAY,
            corrections=[],
            series=[SeriesEvidence("s", STARTED)],
            started=STARTED,
            pending=[Pending(kind, "x", STARTED)],
        )
        assert step.kind is kind and step.principle.startswith("M")
