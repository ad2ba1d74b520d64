"""What the board and the list of projects can be narrowed to, and the rows both show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from leanship.domain.stages import ORDER, QUIET_AFTER, Stage
from leanship.features.base import clock
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.org.models import Membership, Person, Team
from leanship.features.projects import stage_words
from leanship.features.projects.models import Member, PlanItem, Project, Trial
from leanship.features.projects.queries.stages import age_of
from leanship.web.lists import Filter, ListRequest, ListSpec, Sort

SOON = 7  # days: what is due by then waits already
_MOST_CHOICES = 300


@dataclass(frozen=True)
class Row:
    """A project on the board or in the list."""

    uid: str
    title: str
    stage: str
    stage_name: str
    next_stage: str
    leader: str
    leader_uid: str
    taken_up: bool
    team: str
    serves: str
    in_stage: str
    unchanged: str
    ageing: str
    waiting: tuple[str, ...]
    raised_at: datetime
    touched_at: datetime
    outcome: str
    ended_on: date | None
    may_move: bool


def spec(actor: Actor, *, board: bool) -> ListSpec:
    """What the board or the list offers; two queries, for leaders and teams."""
    running = access.visible(actor, Project.objects.filter(archived_at=None))
    leaders = Person.objects.filter(pk__in=running.exclude(taken_up_at=None).values("leader_id"))
    teams = Team.objects.filter(pk__in=running.exclude(team=None).values("team_id"))
    filters = [
        Filter(
            "who", _("Whose"), (("mine", _("Mine")), ("waits", _("Waits for me")), ("team", _("My team's")))
        ),
        Filter(
            "leader", _("Leader"), tuple(leaders.order_by("name").values_list("uid", "name")[:_MOST_CHOICES])
        ),
        Filter("team", _("Team"), tuple(teams.order_by("name").values_list("uid", "name")[:_MOST_CHOICES])),
        Filter("serves", _("Serves"), stage_words.serves_choices()),
        Filter("age", _("No change for"), (("quiet", _("14 days")), ("still", _("30 days")))),
    ]
    if not board:
        stages = tuple((stage.value, stage_words.stage_name(stage)) for stage in ORDER)
        states = (("ended", _("Ended")), ("archived", _("Archived")))
        filters = [
            Filter("stage", _("Stage"), stages),
            *filters,
            Filter("state", _("Show"), states, unchosen=pgettext("projects", "Running")),
        ]
    return ListSpec(
        sorts=(
            Sort("changed", ("touched_at", "id")),
            Sort("title", ("title", "id")),
            Sort("leader", ("leader__name", "title", "id")),
            Sort("stage", ("rank", "-touched_at", "-id")),
            Sort("raised", ("raised_at", "id")),
        ),
        order="-changed",
        search_label=_("Title, leader, team or what was seen"),
        filters=tuple(each for each in filters if each.choices),
    )


def _mine(actor: Actor) -> Q:
    named = Member.objects.filter(project=OuterRef("pk"), person=actor.own_id)
    return Q(leader_id=actor.own_id) | Q(Exists(named))


def of_my_teams(actor: Actor) -> Q:
    """Projects of the teams that somebody belongs to or leads."""
    belong = Membership.objects.filter(person_id=actor.own_id, valid_until=None).values("team_id")
    return Q(team__in=belong) | Q(team__lead_id=actor.own_id)


def unchanged_since(days: int) -> Q:
    """Projects in which nothing changed for so many days."""
    # from the beginning of the day: marks count whole days
    day = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    return Q(touched_at__lt=day - timedelta(days=days - 1))


def open_trials() -> QuerySet[Trial]:
    """Tests and prototypes that have no result, for an outer project."""
    return Trial.objects.filter(project=OuterRef("pk"), archived_at=None, result_at=None)


def waits_for(actor: Actor, today: date) -> Q:
    """Projects in which something waits for somebody: their own item of the plan, or the project that they lead."""
    items = PlanItem.objects.filter(
        project=OuterRef("pk"),
        owner=actor.own_id,
        done_at=None,
        archived_at=None,
        due_on__lte=today + timedelta(days=SOON),
    )
    led = Q(leader_id=actor.own_id) & ~Q(taken_up_at=None)
    raised = Q(taken_up_at=None) & of_my_teams(actor)
    quiet_or_untold = unchanged_since(QUIET_AFTER) | Q(Exists(open_trials()))
    return Q(Exists(items)) | (led & quiet_or_untold) | raised


def chosen(actor: Actor, asked: ListRequest, today: date) -> QuerySet[Project]:
    """The projects that an address asks for, with what their rows show; conditions only."""
    rows = access.visible(actor, Project.objects.all())
    match asked.filter("state"):
        case "ended":
            rows = rows.exclude(ended_on=None).filter(archived_at=None)
        case "archived":
            rows = rows.exclude(archived_at=None)
        case _:
            rows = rows.filter(ended_on=None, archived_at=None)
    for word in asked.search.casefold().split():
        named = Q(leader__search__contains=word) | Q(team__search__contains=word)
        rows = rows.filter(named | Q(search__contains=word))
    for name, field in (
        ("stage", "stage"),
        ("leader", "leader__uid"),
        ("team", "team__uid"),
        ("serves", "serves"),
    ):
        if value := asked.filter(name):
            rows = rows.filter(**{field: value})
    match asked.filter("who"):
        case "mine":
            rows = rows.filter(_mine(actor))
        case "waits":
            rows = rows.filter(waits_for(actor, today))
        case "team":
            rows = rows.filter(of_my_teams(actor))
    if asked.filter("age"):
        rows = rows.filter(unchanged_since(14 if asked.filter("age") == "quiet" else 30))
    return _shown(rows, actor, today)


def count_of(rows: QuerySet[Any]) -> Any:
    """How many of `rows`, which look out to a project, it has."""
    number = rows.order_by().values("project").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


def _shown(rows: QuerySet[Project], actor: Actor, today: date) -> QuerySet[Project]:
    late = PlanItem.objects.filter(project=OuterRef("pk"), done_at=None, archived_at=None, due_on__lt=today)
    editable = access.visible(actor, Project.objects.filter(pk=OuterRef("pk")), "edit")
    rank = Case(*(When(stage=stage, then=Value(at)) for at, stage in enumerate(ORDER)), default=Value(0))
    return rows.select_related("leader", "team").annotate(
        late=count_of(late), untold=count_of(open_trials()), editable=Exists(editable), rank=rank
    )


def rows_of(found: Iterable[Any], today: date) -> list[Row]:
    """Projects from `chosen` as rows."""
    return [_row(project, today) for project in found]


def _row(project: Any, today: date) -> Row:
    age = age_of(project, today)
    following = ORDER[ORDER.index(Stage(project.stage)) + 1 :]
    return Row(
        uid=project.uid,
        title=project.title,
        stage=project.stage,
        stage_name=stage_words.stage_name(project.stage),
        next_stage=following[0].value if following else "",
        leader=project.leader.name,
        leader_uid=project.leader.uid,
        taken_up=project.taken_up_at is not None,
        team=project.team.name if project.team else "",
        serves=stage_words.serves_text(project),
        in_stage=age.in_stage,
        unchanged=age.unchanged,
        ageing=age.mark,
        waiting=_waiting(project),
        raised_at=project.raised_at,
        touched_at=project.touched_at,
        outcome=stage_words.outcome_of(project),
        ended_on=project.ended_on,
        may_move=project.editable and project.ended_on is None and project.archived_at is None,
    )


def _waiting(project: Any) -> tuple[str, ...]:
    if project.ended_on is not None:
        return ()
    told = []
    if project.late:
        text = ngettext("%(n)d item overdue", "%(n)d items overdue", project.late)
        told.append(text % {"n": project.late})
    if project.untold:
        text = ngettext("%(n)d test without a result", "%(n)d tests without a result", project.untold)
        told.append(text % {"n": project.untold})
    return tuple(told)
