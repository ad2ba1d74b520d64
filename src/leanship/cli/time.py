"""`leanship time`: how much of the time in calendars is strategic (M23, M24)."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime, tzinfo
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from leanship.cli._django import Unusable
from leanship.cli._tables import Reading, echo_json, open_table, stop_on

if TYPE_CHECKING:
    from leanship.domain.time_split import Classifier, Hours, StrategicShare, TimeRule
    from leanship.readers.calendars import CalendarFile, CalendarProblem

_LEVELS: Final = {
    "contributor": "contributor",
    "entry": "entry_manager",
    "mid": "mid_manager",
    "senior": "senior_leader",
}
_AIMS: Final = {
    "under": "under target",
    "on_target": "on target",
    "over": "over target",
}
_OF: Final = {"working_hours": "working hours", "calendar_hours": "the hours in the calendars"}


@dataclass(frozen=True)
class _Read:
    """One file as it was named, and what it holds; `opened` says why there is nothing."""

    name: str
    found: CalendarFile | None
    opened: str = ""

    @property
    def readable(self) -> bool:
        return self.found is not None and self.found.readable

    @property
    def hours(self) -> float:
        return 0.0 if self.found is None else self.found.seconds / 3600

    @property
    def occurrences(self) -> int:
        return 0 if self.found is None else len(self.found.occurrences)

    def error(self) -> dict[str, str] | None:
        if self.found is None:
            return {"property": "FILE", "message": self.opened}
        first = self.found.error
        return None if first is None else {"property": first.property, "message": first.message}


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), nargs=-1, required=True)
@click.option(
    "--from", "first", metavar="D", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The first day."
)
@click.option(
    "--to",
    "after",
    metavar="D",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day after the last: it is not counted itself.",
)
@click.option(
    "--rules",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="What counts as what: a table with the columns field, pattern and class.",
)
@click.option(
    "--tz",
    metavar="ZONE",
    help="Where days begin, such as Europe/Berlin, and where events take place that name no time zone. Each"
    " calendar's own unless given.",
)
@click.option(
    "--level", metavar="|".join(_LEVELS), help="Whose target it is held against; no target unless given."
)
@click.option(
    "--hours-per-week",
    metavar="H",
    type=click.FloatRange(0, 168, min_open=True),
    help="Working hours a week: the share is of these, and what no calendar holds of them is tactical.",
)
@click.option(
    "--me",
    metavar="ADDRESS",
    multiple=True,
    help="An e-mail address of the owner: what it declined does not count. May be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def time(
    file: tuple[Path, ...],
    first: datetime,
    after: datetime,
    rules: Path | None,
    tz: str | None,
    level: str | None,
    hours_per_week: float | None,
    me: tuple[str, ...],
    as_json: bool,
) -> None:
    """Say how much of the time in calendars is strategic.

    Each FILE is an iCalendar file (.ics); - reads standard input. Repetitions are expanded, every hour counts once
    however many events overlap in it, and cancelled, declined, transparent and all-day events do not count. What is
    broken is told by file and property, and the rest goes on.
    """
    from leanship.domain.time_split import Classifier, strategic_share
    from leanship.readers.time_rules import read_time_rules

    if first >= after:
        raise Unusable("--to: the day after the last one lies after --from.")
    if level is not None and level not in {*_LEVELS, *_LEVELS.values()}:
        raise Unusable(f"--level {level}: write {', '.join(_LEVELS)}.")
    zone = None if tz is None else _zone(tz)
    known: tuple[TimeRule, ...] = ()
    if rules is not None:
        rule_file = read_time_rules(open_table(rules, Reading(None, None, None, None, None)))
        stop_on(rule_file.problems)
        known = rule_file.rules
    reads = [_read(each, first, after, zone) for each in file]
    for read in reads:
        _warn(read)
    if not any(read.readable for read in reads):
        raise Unusable("None of the files could be read.")
    working = None
    if hours_per_week is not None:
        working = Fraction(str(hours_per_week)) * 3600 * (after - first).days / 7
    hours = _split(reads, Classifier(known), me)
    share = strategic_share(hours, level=_LEVELS.get(level or "", level), working=working)
    if as_json:
        echo_json(_answer(share, reads))
    else:
        _tell(share, reads, ruled=bool(known))


def _zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Unusable(f"--tz {name}: there is no such time zone. Write one like Europe/Berlin.") from None


def _read(file: Path, first: datetime, after: datetime, zone: tzinfo | None) -> _Read:
    from leanship.readers.calendars import read_calendar

    source = sys.stdin.buffer.read() if str(file) == "-" else file
    name = "standard input" if str(file) == "-" else str(file)
    try:
        found = read_calendar(source, begin=first.date(), end=after.date(), zone=zone)
    except FileNotFoundError:
        return _Read(name, None, "There is no such file.")
    except OSError as trouble:
        return _Read(name, None, f"It cannot be opened: {trouble.strerror}.")
    return _Read(name, found)


def _warn(read: _Read) -> None:
    """Tells on standard error what is wrong with a file."""
    if read.found is None:
        click.echo(f"{read.name}: {read.opened}", err=True)
        return
    for problem in read.found.problems:
        word = "Warning: " if problem.level == "warning" else ""
        click.echo(f"{word}{read.name}, {_place(problem)}: {problem.message}", err=True)


def _place(problem: CalendarProblem) -> str:
    line = "" if problem.line is None else f"line {problem.line}, "
    of = f" of “{problem.title}”" if problem.title else ""
    return f"{line}{problem.property}{of}"


def _split(reads: list[_Read], classify: Classifier, me: tuple[str, ...]) -> Hours:
    """The time of all files together, each hour once; every file is clipped to the window as its own zone has it."""
    from leanship.domain.time_split import Slot, split_time

    slots = []
    for read in reads:
        if read.found is None:
            continue
        begin, end = (int(moment.timestamp()) for moment in (read.found.begin, read.found.end))
        for each in read.found.occurrences:
            if each.left_out(me) is None:
                slot = each.slot(classify.class_of(each))
                slots.append(Slot(max(slot.start, begin), min(slot.end, end), slot.kind))
    edges = [moment for read in reads if read.found for moment in (read.found.begin, read.found.end)]
    begin, end = (int(moment.timestamp()) for moment in (min(edges), max(edges)))
    return split_time(slots, begin, end)[0]


def _answer(share: StrategicShare, reads: list[_Read]) -> dict[str, object]:
    hours = share.hours
    return {
        "strategic_hours": float(hours.strategic / 3600),
        "tactical_hours": float(hours.tactical / 3600),
        "unclassified_hours": float(hours.unclassified / 3600),
        "strategic_share": None if share.share is None else float(share.share),
        "target_share": None if share.target is None else share.target / 100,
        "on_target": share.on_target,
        "share_of": share.of.value,
        "no_share": None if share.missing is None else share.missing.value,
        "files": [
            {"file": read.name, "occurrences": read.occurrences, "hours": read.hours, "error": read.error()}
            for read in reads
        ],
    }


def _tell(share: StrategicShare, reads: list[_Read], *, ruled: bool) -> None:
    """The split in a table and a sentence, for a person at a terminal."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    if len(reads) > 1:
        files = Table("File", "Events", "Hours", "")
        files.columns[1].justify = files.columns[2].justify = "right"
        for read in reads:
            word = "" if read.error() is None else "in part" if read.readable else "not read"
            files.add_row(read.name, str(read.occurrences), f"{read.hours:,.1f}", word)
        console.print(files)
    table = Table("Time", "Hours", "Share")
    table.columns[1].justify = table.columns[2].justify = "right"
    hours = share.hours
    for name in ("strategic", "tactical", "unclassified"):
        part: Fraction = getattr(hours, name)
        of = f"{float(100 * part / hours.total):.0f} %" if hours.total else ""
        table.add_row(name.capitalize(), f"{float(part / 3600):,.1f}", of)
    console.print(table)
    console.print(_sentence(share))
    if not ruled and hours.unclassified:
        console.print("Without --rules nothing can be told apart.")


def _sentence(share: StrategicShare) -> str:
    if share.missing is not None:
        if share.classified is None:
            return "No share: the calendars hold no time that counts in this window."
        percent = int(100 * share.classified)  # down, or 79.6 would read as enough
        return f"No share: {percent} % of the calendars' time is classified, and it takes 80 %."
    assert share.share is not None
    told = f"{float(100 * share.share):.1f} % of {_OF[share.of.value]} are strategic"
    if share.target is None or share.aim is None:
        return f"{told}."
    return f"{told}; the target is {share.target} %: {_AIMS[share.aim.value]}."
