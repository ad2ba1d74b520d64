"""How far jobs are: one by its key for whoever waits for it, all of them for administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leanship.features.base import clock, policies
from leanship.features.base.errors import NotFound
from leanship.features.base.models import Event
from leanship.features.jobs import registry, schedule
from leanship.features.jobs.models import DONE, FAILED, RUNNING, WAITING, Job, Schedule
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person
from leanship.web import format as fmt
from leanship.web.layout import WhoSees
from leanship.web.lists import Filter, ListPage, ListRequest, ListSpec, Sort

_LATE: Final = timedelta(minutes=2)  # a job that is due and not taken for so long says that nobody works

_STATES: Final = {
    "waiting": Q(ticket__status=WAITING, attempts=0),
    "retrying": Q(ticket__status=WAITING, attempts__gt=0),
    "running": Q(ticket__status=RUNNING),
    "done": Q(ticket__status=DONE),
    "failed": Q(ticket__status=FAILED, left_at=None),
    "left": Q(ticket__status=FAILED, left_at__isnull=False),
}
_OPEN: Final = _STATES["waiting"] | _STATES["retrying"] | _STATES["running"] | _STATES["failed"]


@dataclass(frozen=True)
class Progress:
    """How far a job is, for `jobs/_progress.html`.

    `state` is "waiting", "running", "retrying" (it failed and waits for the next attempt), "done", "failed" or "left"
    (it failed, and somebody let it be); `total` 0: nobody can say how much there is. `followed`: the viewer may ask for
    it again by its uid.
    """

    uid: str
    label: str
    state: str
    done: int
    total: int
    error: str
    due_at: datetime
    ended_at: datetime | None
    followed: bool = False

    @property
    def under_way(self) -> bool:
        """Whether something is still to come, so that it pays to look again."""
        return self.state in ("waiting", "running", "retrying")

    @property
    def percent(self) -> int:
        """Whole percent that are done, rounded down so that 100 means all of it; 0 where nobody can say."""
        return min(100, 100 * self.done // self.total) if self.total else 0


def state_of(job: Job) -> str:
    """The state as `Progress` names it; the job comes with its ticket."""
    status = job.ticket.status
    if status == WAITING:
        return "retrying" if job.attempts else "waiting"
    if status == RUNNING:
        return "running"
    if status == DONE:
        return "done"
    return "failed" if job.left_at is None else "left"


def state_words(state: str) -> str:
    """A state as the pages say it."""
    return {
        "waiting": _("waiting"),
        "retrying": _("waiting to be tried again"),
        "running": _("running"),
        "done": _("done"),
        "failed": _("failed"),
        "left": _("failed, left as it is"),
    }[state]


def label_of(name: str) -> str:
    """What a job is called; its bare name where this version has none of it."""
    try:
        return str(registry.find(name).label)
    except LookupError:
        return _("%(name)s (of another version)") % {"name": name}


def progress(job: Job, *, followed: bool = False) -> Progress:
    """How far this job is; it comes with its ticket."""
    return Progress(
        uid=job.uid,
        label=label_of(job.name),
        state=state_of(job),
        done=job.done,
        total=job.total,
        error=job.error,
        due_at=job.ticket.run_after,
        ended_at=job.ticket.finished_at,
        followed=followed,
    )


def progress_of(key: str, actor: Actor | None = None) -> Progress | None:
    """How far the latest job of `key` is; None where there never was one, or it is forgotten. One query.

    For the page of the thing the job is about: who may see that may see this. Given the viewer, the fragment asks again
    by itself where the viewer started the job; for others it is as new as the page.
    """
    job = Job.objects.filter(key=key).select_related("ticket", "owner").order_by("-pk").first()
    if job is None:
        return None
    return progress(job, followed=actor is not None and bool(access.may(actor, "follow", job)))


def followed(actor: Actor, uid: str) -> tuple[Progress, WhoSees]:
    """How far a job is that the viewer started, or any for administrators; and who can ask that.

    Raises NotFound where there is none, and Refused for somebody else's.
    """
    job = find(actor, uid, "follow")
    return progress(job, followed=True), access.audience("job", job.owner, "follow")


@dataclass(frozen=True)
class JobRow:
    """A job in the list of administrators. `about` are its parameters: ids alone."""

    uid: str
    name: str
    label: str
    about: str
    state: str
    words: str
    done: int
    total: int
    percent: int
    attempts: int
    put_at: datetime
    due_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    error: str


@dataclass(frozen=True)
class ScheduleRow:
    """A schedule: what comes round, when it last did and will next, and how the last job of it stands."""

    name: str
    label: str
    rule: str
    last_at: datetime | None
    next_at: datetime | None
    job_uid: str
    state: str
    words: str


@dataclass(frozen=True)
class Counts:
    """How many jobs wait, run and failed; `late`: something has been due for minutes, and nobody takes it."""

    waiting: int
    running: int
    failed: int
    late: bool


@dataclass(frozen=True)
class Overview:
    """The queue for the command line: what is not done, and what comes round."""

    waiting: int
    running: int
    failed: int
    jobs: tuple[JobRow, ...]
    schedules: tuple[ScheduleRow, ...]


@dataclass(frozen=True)
class Happening:
    """Something an administrator did with a job."""

    at: datetime
    text: str


@dataclass(frozen=True)
class JobDetail:
    """One job, for administrators."""

    row: JobRow
    progress: Progress
    owner: str
    owner_uid: str
    worker: str
    lease_until: datetime | None
    retries: int
    happenings: tuple[Happening, ...]


def spec() -> ListSpec:
    """How the list of jobs can be searched, narrowed and put in order."""
    return ListSpec(
        sorts=(
            Sort("put", ("pk",)),
            Sort("due", ("ticket__run_after", "pk")),
            Sort("ended", ("ticket__finished_at", "pk")),
        ),
        order="-put",
        filters=(
            Filter(
                "state",
                _("State"),
                (
                    *((state, state_words(state)) for state in _STATES),
                    ("all", _("all, done too")),
                ),
                unchosen=_("what is not done"),
            ),
            Filter("job", _("Job"), tuple((kind.name, str(kind.label)) for kind in registry.kinds())),
        ),
        search_label=_("Search by name or id"),
    )


def _row(job: Job) -> JobRow:
    seen = progress(job)
    return JobRow(
        uid=job.uid,
        name=job.name,
        label=seen.label,
        about=", ".join(f"{name} {value}" for name, value in job.params.items()),
        state=seen.state,
        words=state_words(seen.state),
        done=seen.done,
        total=seen.total,
        percent=seen.percent,
        attempts=job.attempts,
        put_at=job.created_at,
        due_at=seen.due_at,
        started_at=job.ticket.started_at,
        ended_at=seen.ended_at,
        error=seen.error,
    )


def _asked(actor: Actor, asked: ListRequest) -> QuerySet[Job]:
    access.require(actor, "read", About("job"))
    rows = access.visible(actor, Job.objects.select_related("ticket"))
    state = asked.filter("state")
    if state != "all":
        rows = rows.filter(_STATES[state] if state else _OPEN)
    if name := asked.filter("job"):
        rows = rows.filter(name=name)
    for word in asked.search.casefold().split():
        names = [kind.name for kind in registry.kinds() if word in str(kind.label).casefold()]
        rows = rows.filter(Q(name__in=names) | Q(name__icontains=word) | Q(key__icontains=word) | Q(uid=word))
    return rows


def jobs(actor: Actor, asked: ListRequest) -> ListPage[JobRow]:
    """A page of the list; two queries."""
    found: ListPage[Any] = asked.page(_asked(actor, asked))
    return found.with_rows(_row(job) for job in found.rows)


def all_jobs(actor: Actor, asked: ListRequest) -> list[JobRow]:
    """The whole list, for a file."""
    return [_row(job) for job in _asked(actor, asked).order_by(*asked.order_by).iterator(chunk_size=2000)]


def counts(actor: Actor) -> Counts:
    """The figures above the list; one query."""
    access.require(actor, "read", About("job"))
    waiting = _STATES["waiting"] | _STATES["retrying"]
    found = Job.objects.aggregate(
        waiting=Count("pk", filter=waiting),
        running=Count("pk", filter=_STATES["running"]),
        failed=Count("pk", filter=_STATES["failed"]),
        oldest=Min("ticket__run_after", filter=waiting),
    )
    oldest = found.pop("oldest")
    late = oldest is not None and oldest < clock.now() - _LATE and not found["running"]
    return Counts(**found, late=late)


def schedules(actor: Actor) -> tuple[ScheduleRow, ...]:
    """Everything that comes round, by its words; two queries."""
    access.require(actor, "read", About("job"))
    organisation = policies.organisation()
    now = clock.now()
    kept = {row.name: row for row in Schedule.objects.select_related("job__ticket")}
    rows = []
    for rule in schedule.rules():
        row = kept.get(rule.job)
        job = row.job if row else None
        state = state_of(job) if job else ""
        rows.append(
            ScheduleRow(
                name=rule.job,
                label=label_of(rule.job),
                rule=rule_words(rule),
                last_at=row.fired_at if row else None,
                next_at=rule.next_at(now, organisation.time_zone) if organisation else None,
                job_uid=job.uid if job else "",
                state=state,
                words=state_words(state) if state else "",
            )
        )
    return tuple(sorted(rows, key=lambda each: each.label))


def rule_words(rule: schedule.Rule) -> str:
    """When a schedule comes round, in words."""
    if not rule.minutes:
        return _("every day after midnight")
    if rule.minutes % 60:
        return ngettext("every minute", "every %(n)d minutes", rule.minutes) % {"n": rule.minutes}
    hours = rule.minutes // 60
    return ngettext("every hour", "every %(n)d hours", hours) % {"n": hours}


def overview(actor: Actor, most: int = 200) -> Overview:
    """What is not done, the newest first and at most so many, and what comes round."""
    seen = counts(actor)
    rows = Job.objects.select_related("ticket").filter(_OPEN).order_by("-pk")[:most]
    return Overview(
        seen.waiting, seen.running, seen.failed, tuple(_row(job) for job in rows), schedules(actor)
    )


def find(actor: Actor, uid: str, act: str = "read") -> Job:
    """One job with its ticket and owner. Raises NotFound or Refused."""
    job = Job.objects.filter(uid=uid).select_related("ticket", "owner").first()
    if job is None:
        access.require(actor, act, About("job"))
        raise NotFound
    access.require(actor, act, job)
    return job


def detail(actor: Actor, uid: str) -> JobDetail:
    """One job as its page shows it; at most three queries."""
    job = find(actor, uid)
    known = {kind.name: kind.retries for kind in registry.kinds()}
    return JobDetail(
        row=_row(job),
        progress=progress(job, followed=True),
        owner=job.owner.name if job.owner else "",
        owner_uid=job.owner.uid if job.owner else "",
        worker=job.worker,
        lease_until=job.lease_until,
        retries=known.get(job.name, 0),
        happenings=_happenings(job),
    )


def _happenings(job: Job) -> tuple[Happening, ...]:
    found = list(Event.objects.filter(subject_kind="job", subject_id=job.pk).order_by("-id")[:20])
    wanted = {event.actor_id for event in found if event.actor_id is not None}
    names = dict(Person.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
    words = {
        "job.tried_again": _("Tried again by %(name)s"),
        "job.left": _("Left as it is by %(name)s"),
        "job.taken_up": _("Taken up again by %(name)s"),
    }
    return tuple(
        Happening(event.at, words[event.kind] % {"name": names.get(event.actor_id or 0, _("somebody"))})
        for event in found
    )


def moment(value: datetime | None) -> str:
    """An instant in words, or that there was none."""
    return fmt.moment(value) if value else _("not yet")
