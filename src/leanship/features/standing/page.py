"""The pages of this feature as values: all that their templates may use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from leanship.features.org.waiting import Waiting
from leanship.features.projects.queries.of_leader import LeaderProjects
from leanship.features.projects.queries.routines import TodayRoutines
from leanship.features.standing.words import StepWords
from leanship.web.charts.svg import Svg
from leanship.web.layout import Crumb, Empty, WhoSees


@dataclass(frozen=True)
class SeriesLine:
    """One KPI on the page: its band, its latest percent, and the window it was judged in."""

    name: str
    url: str
    evidence_url: str
    band: str
    band_text: str
    says: str
    latest: str
    latest_says: str
    strip: Svg | None
    spark: Svg | None
    signal: str
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Sector:
    """One of the three categories: its band, what it rests on, and what is missing."""

    key: str
    name: str
    band: str
    says: str
    evidence_url: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class CommentLine:
    """One thing said, with what the viewer may do about it."""

    uid: str
    author: str
    at: datetime
    text: str
    is_correction: bool
    overdue: bool
    owed: str
    answer: str
    outcome: str
    answered_by: str
    answered_at: datetime | None
    may_answer: bool
    may_take_back: bool


@dataclass(frozen=True)
class NextStep:
    """The one step, in words, with where it leads; `kind` and `about_uid` are what is put off."""

    words: StepWords
    url: str
    kind: str
    about_uid: str
    others: int


@dataclass(frozen=True)
class PutOffLine:
    """A step that waits, until when and why."""

    uid: str
    step: str
    reason: str
    until: date


@dataclass(frozen=True)
class StandingPage:
    """Everything the page of one leader's standing may use."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    person_uid: str
    name: str
    is_self: bool
    wheel: Svg
    sectors: tuple[Sector, ...]
    series: tuple[SeriesLine, ...]
    empty: Empty | None
    projects: LeaderProjects | None
    next_step: NextStep | None
    put_off: tuple[PutOffLine, ...]
    comments: tuple[CommentLine, ...]
    may_comment: bool
    may_request: bool


@dataclass(frozen=True)
class TodayPage:
    """What is worth knowing and doing today."""

    title: str
    lede: str
    who_sees: WhoSees
    next_step: NextStep | None
    waiting: tuple[Waiting, ...]
    routines: TodayRoutines | None
    wheel: Svg
    sectors: tuple[Sector, ...]
    person_uid: str


@dataclass(frozen=True)
class WaitingPage:
    """Everything that waits for the viewer."""

    title: str
    who_sees: WhoSees
    waiting: tuple[Waiting, ...]
    empty: Empty


@dataclass(frozen=True)
class AnswerPage:
    """A correction request and the form that answers it."""

    title: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    comment: CommentLine
    form: Any


@dataclass(frozen=True)
class PutOffPage:
    """The form that puts a next step off."""

    title: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    form: Any
