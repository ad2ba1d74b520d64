"""The pages about time: one's own weeks in hours, a week with its events, and the shares that others may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leanship.domain import periods
from leanship.domain.periods import Cadence, last_day
from leanship.domain.time_split import StrategicShare, split_by_week, strategic_share
from leanship.features.base.errors import NotFound
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Absence, Level, Person
from leanship.features.org.sections import Section
from leanship.features.projects import time_charts, time_weeks, time_words
from leanship.features.projects.models import Calendar, Occurrence, WeekSplit, WorkingTime
from leanship.features.projects.queries import time
from leanship.features.projects.time_tabs import Tab, tabs
from leanship.web import format as fmt
from leanship.web.charts.svg import Svg
from leanship.web.help.library import link as help_link
from leanship.web.layout import Crumb, Empty, WhoSees


@dataclass(frozen=True)
class WeekLine:
    """One week in the table under the chart."""

    name: str
    url: str
    open: bool
    strategic: str
    tactical: str
    unclassified: str
    outside: str
    share: str


@dataclass(frozen=True)
class TimePage:
    """One's own time: the share, the weeks as a chart and as a table, and what is left to do."""

    title: str
    lede: str
    who_sees: WhoSees
    tabs: tuple[Tab, ...]
    empty: Empty | None
    headline: str
    of: str
    verdict: str
    note: str
    chart: Svg | None
    weeks: tuple[WeekLine, ...]
    has_outside: bool
    done: str
    left: str
    working: str
    others_url: str
    troubles: tuple[str, ...]


def _level(person: Person) -> str:
    return str(Level(person.level).label)


def home_page(actor: Actor) -> TimePage:
    """One's own time. Seven queries."""
    person = time.own_person(actor)
    where = time_weeks.zone()
    now = time_weeks.this_week(where)
    calendars = list(Calendar.objects.filter(person=person, archived_at=None).defer("sealed_address"))
    rows = {
        row.week: row
        for row in WeekSplit.objects.filter(person=person, week__gte=now - time.WEEKS, week__lte=now)
    }
    contracts = list(WorkingTime.objects.filter(person=person))
    until = last_day(Cadence.WEEK, now - 1)
    held = [row for row in contracts if row.valid_from <= until]
    no_target = bool(held and held[-1].no_target)
    weeks = range(now - time.WEEKS, now + 1)
    shares = {week: time_charts.week_share(row, person.level, no_target) for week, row in rows.items()}
    closed = [row for week, row in rows.items() if week < now]
    share = time.share_from(person.pk, closed, person.level, no_target)
    running = rows.get(now)
    total = (running.strategic + running.tactical + running.unclassified) if running else 0
    return TimePage(
        title=_("Time"),
        lede=_("Where your hours go, week by week."),
        who_sees=access.only_self(),
        tabs=tabs("time"),
        empty=None if calendars else _no_calendar(),
        headline=time_words.headline(share.verdict),
        of=_of(share.verdict),
        verdict=time_words.verdict(share.verdict, person.level),
        note=_weeks_note(share.weeks, now - 1),
        chart=time_charts.hours_chart(shares, weeks, open_week=now, url=_week_url) if rows else None,
        weeks=tuple(_line(week, shares[week], now) for week in reversed(weeks) if week in shares),
        has_outside=any(each.outside for each in shares.values()),
        done=time_words.done(Fraction(total - running.unclassified, total)) if running and total else "",
        left=time_words.hours(running.unclassified) if running and running.unclassified else "",
        working=working_words(contracts, now, where),
        others_url=reverse("projects:time_of", args=[person.uid]),
        troubles=tuple(
            f"{each.name}: {time_words.failure(each.failure)}" for each in calendars if each.failure
        ),
    )


def _no_calendar() -> Empty:
    return Empty(
        title=_("No calendar yet"),
        why=_(
            "Add one, and see how much of your time goes into improving, planning and coaching, and how much the day "
            "takes. Only you ever see the events; your leaders see shares."
        ),
        action=_("Add a calendar"),
        url=reverse("projects:time_calendar_new"),
        how_to=help_link("how-to/see-where-time-goes"),
    )


def working_words(rows: list[WorkingTime], week: int, where: Any) -> str:
    """The working hours that hold in a week, in words; the rows come in the order of their days."""
    held = [row for row in rows if row.valid_from <= last_day(Cadence.WEEK, week)]
    if not held or held[-1].minutes_per_week is None:
        return _("Working hours are not known, so shares are of the hours in calendars.")
    return _("%(hours)s a week, less absence.") % {"hours": time_words.hours(held[-1].minutes_per_week * 60)}


def _of(share: StrategicShare) -> str:
    if share.share is None:
        return ""
    return _("of %(what)s") % {"what": time_words.of_what(share)}


def _weeks_note(weeks: int, until: int) -> str:
    """Which weeks the share is of."""
    text = ngettext(
        "%(weeks)d of the %(of)d weeks to %(day)s has time in calendars.",
        "%(weeks)d of the %(of)d weeks to %(day)s have time in calendars.",
        weeks,
    )
    return text % {"weeks": weeks, "of": time.WEEKS, "day": fmt.day(last_day(Cadence.WEEK, until))}


def _week_url(week: int) -> str:
    return reverse("projects:time_week", args=[periods.code(Cadence.WEEK, week)])


def _line(week: int, share: StrategicShare, now: int) -> WeekLine:
    strategic, tactical, unclassified, outside = (
        time_words.hours(each) if each else "" for each in time_charts.parts_of(share)
    )
    return WeekLine(
        name=time_words.week_span(week),
        url=_week_url(week),
        open=week >= now,
        strategic=strategic,
        tactical=tactical,
        unclassified=unclassified,
        outside=outside,
        share=time_words.percent(share.share) if share.share is not None and week < now else "",
    )


@dataclass(frozen=True)
class EventLine:
    """One event of a week."""

    uid: str
    title: str
    when: str
    length: str
    kind: str
    says: str
    by_hand: bool
    repeats: int
    counts: bool
    calendar: str


@dataclass(frozen=True)
class DayLines:
    """The events of one day."""

    day: date
    events: tuple[EventLine, ...]


@dataclass(frozen=True)
class WeekPage:
    """One week of one's own with its events."""

    title: str
    lede: str
    who_sees: WhoSees
    crumbs: tuple[Crumb, ...]
    line: WeekLine
    verdict: str
    days: tuple[DayLines, ...]
    earlier: str
    later: str
    queue_url: str
    here: str


def parse_week(text: str) -> int:
    """2026-W47 → its number. Raises NotFound for anything else."""
    try:
        return periods.parse(text, Cadence.WEEK)[1] if "W" in text else _not_a_week()
    except (ValueError, OverflowError):
        raise NotFound from None


def _not_a_week() -> int:
    raise NotFound


def week_page(actor: Actor, text: str) -> WeekPage:
    """One week of one's own. Seven queries."""
    week = parse_week(text)
    person = time.own_person(actor)
    where = time_weeks.zone()
    now = time_weeks.this_week(where)
    if abs(week - now) > 600:
        raise NotFound
    begin, end = time_weeks.begin_of(week, where), time_weeks.begin_of(week + 1, where)
    rows = list(
        Occurrence.objects.filter(
            time.live_events(person.pk), starts_at__lt=end, ends_at__gt=begin
        ).select_related("calendar", "rule")
    )
    contracts = list(WorkingTime.objects.filter(person=person))
    absences = list(Absence.objects.filter(person=person).values_list("first_day", "last_day"))
    repeats = _repeats(person.pk, {row.event_key for row in rows})
    share = _share_of_week(person, week, rows, contracts, absences, where)
    days = [
        DayLines(day, tuple(_event_line(row, where, repeats) for row in part))
        for day, part in groupby(rows, key=lambda row: max(row.starts_at, begin).astimezone(where).date())
    ]
    return WeekPage(
        title=time_words.week_span(week),
        lede="",
        who_sees=access.only_self(),
        crumbs=(Crumb(_("Time"), reverse("projects:time")), Crumb(time_words.week_span(week))),
        line=_line(week, share, now),
        verdict=time_words.verdict(share, person.level) if week < now else _("This week is not over."),
        days=tuple(days),
        earlier=_week_url(week - 1),
        later=_week_url(week + 1),
        queue_url=reverse("projects:time_queue"),
        here=_week_url(week),
    )


def _share_of_week(
    person: Person,
    week: int,
    rows: list[Occurrence],
    contracts: list[WorkingTime],
    absences: list[tuple[date, date]],
    where: Any,
) -> StrategicShare:
    begin, end = time_weeks.begin_of(week, where), time_weeks.begin_of(week + 1, where)
    slots = time_weeks.slots_of((row.starts_at, row.ends_at, row.kind) for row in rows if not row.left_out)
    (found,) = split_by_week(slots, begin, end, where)
    held = [time_weeks.Contract(row.valid_from, row.minutes_per_week) for row in contracts]
    whole = [row for row in contracts if row.valid_from <= last_day(Cadence.WEEK, week)]
    return strategic_share(
        found.hours,
        level=person.level,
        working=time_weeks.working_seconds(week, held, absences),
        no_target=bool(whole and whole[-1].no_target),
    )


def _repeats(person_id: int, keys: set[str]) -> dict[str, int]:
    """How often each event of these takes place in all that is kept."""
    rows = Occurrence.objects.filter(person_id=person_id, event_key__in=keys).values("event_key").order_by()
    return dict(rows.annotate(n=Count("pk")).values_list("event_key", "n"))


def _event_line(row: Occurrence, where: Any, repeats: dict[str, int]) -> EventLine:
    begin, end = row.starts_at.astimezone(where), row.ends_at.astimezone(where)
    when = _("all day") if row.all_day else time_words.clock_span(begin, end)
    if row.left_out:
        says = str(time_words.LEFT_OUT[row.left_out])
    elif row.chosen:
        says = _("by you")
    elif row.rule:
        says = _("by the rule “%(pattern)s”") % {"pattern": row.rule.pattern}
    else:
        says = ""
    return EventLine(
        uid=row.uid,
        title=row.title or _("(without a title)"),
        when=when,
        length="" if row.all_day else time_words.length(int((row.ends_at - row.starts_at).total_seconds())),
        kind=row.kind,
        says=says,
        by_hand=bool(row.chosen),
        repeats=repeats.get(row.event_key, 1),
        counts=not row.left_out,
        calendar=row.calendar.name,
    )


@dataclass(frozen=True)
class ShareLine:
    """A week as others see it: shares, and no hours."""

    name: str
    strategic: str
    tactical: str
    unclassified: str
    outside: str


@dataclass(frozen=True)
class SharePage:
    """How much of somebody's time is strategic, for whoever may see shares."""

    title: str
    lede: str
    who_sees: WhoSees
    crumbs: tuple[Crumb, ...]
    mine: bool
    headline: str
    of: str
    verdict: str
    note: str
    remark: str
    chart: Svg | None
    weeks: tuple[ShareLine, ...]


def share_page(actor: Actor, uid: str) -> SharePage:
    """The shares of a person. Raises NotFound for whoever may not see them. Seven queries at most."""
    person = Person.objects.filter(uid=uid).first()
    if person is None:
        raise NotFound
    access.require(actor, "read", About("time_share", person))
    now = time_weeks.this_week(time_weeks.zone())
    share, rows = _share_and_weeks(person, now - 1)
    shares = {row.week: time_charts.week_share(row, person.level, share.no_target) for row in rows}
    weeks = range(now - time.WEEKS, now)
    return SharePage(
        title=_("Time"),
        lede=_("%(name)s, %(level)s") % {"name": person.name, "level": _level(person).lower()},
        who_sees=access.audience("time_share", person),
        crumbs=(Crumb(person.name, reverse("org:person", args=[person.uid])), Crumb(_("Time"))),
        mine=actor.person_id == person.pk,
        headline=time_words.headline(share.verdict),
        of=_of(share.verdict),
        verdict=time_words.verdict(share.verdict, person.level),
        note=_weeks_note(share.weeks, now - 1),
        remark=_("%(name)s says that the whole role is improvement, so there is no target.")
        % {"name": person.name}
        if share.no_target
        else "",
        chart=time_charts.share_chart(shares, weeks) if shares else None,
        weeks=tuple(_share_line(week, shares[week]) for week in reversed(weeks) if week in shares),
    )


def _share_and_weeks(person: Person, until: int) -> tuple[time.TimeShare, list[WeekSplit]]:
    rows = list(
        WeekSplit.objects.filter(person=person, week__gt=until - time.WEEKS, week__lte=until).order_by("week")
    )
    held = WorkingTime.objects.filter(person=person, valid_from__lte=last_day(Cadence.WEEK, until))
    whole = held.order_by("-valid_from", "-pk").values_list("no_target", flat=True).first()
    return time.share_from(person.pk, rows, person.level, bool(whole)), rows


def _share_line(week: int, share: StrategicShare) -> ShareLine:
    parts = time_charts.parts_of(share)
    whole = sum(parts, Fraction(0))
    told = [time_words.percent(each / whole) if whole and each else "" for each in parts]
    return ShareLine(time_words.week_span(week), *told)


@dataclass(frozen=True)
class TimeSection:
    """What a person's page says of their time."""

    headline: str
    of: str
    verdict: str
    url: str


def of_person(actor: Actor, person: Person) -> Section | None:
    """The part "Time" of a person's page; None for whoever may not see shares. Four queries at most."""
    if not access.may(actor, "read", About("time_share", person)):
        return None
    now = time_weeks.this_week(time_weeks.zone())
    share, _rows = _share_and_weeks(person, now - 1)
    value = TimeSection(
        headline=time_words.headline(share.verdict),
        of=_of(share.verdict),
        verdict=time_words.verdict(share.verdict, person.level),
        url=reverse("projects:time_of", args=[person.uid]),
    )
    return Section("time", _("Time"), "projects/time/_section.html", value)
