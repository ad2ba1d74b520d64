"""A project from the opportunity to its end: raise, take up, hand over, name, move, end, reopen, archive (M20)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from leanship.domain.stages import Stage, Way, way
from leanship.features.base import clock, policies
from leanship.features.base.errors import Invalid, Refused
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person, Team
from leanship.features.projects.actions import people
from leanship.features.projects.actions._writing import (
    by,
    happened,
    line,
    lines,
    one_of,
    open_project,
    save,
    search_of,
)
from leanship.features.projects.models import Member, Move, Project, Section, SectionRevision


def raise_opportunity(
    actor: Actor,
    *,
    title: str,
    seen: str,
    serves: str = "",
    serves_whom: str = "",
    team: Team | None = None,
    take_up: bool = False,
    raised_by: Person | None = None,
) -> Project:
    """Raise an opportunity; anyone may. `take_up` makes whoever raises it its leader at once.

    `raised_by` is for the command line alone, which is nobody. Raises Refused, or Invalid for a title or a text that
    is empty or too long, a code that is none, or a team in the archive.
    """
    access.require(actor, "create", About("project"))
    who = raised_by if actor.person_id is None else Person.objects.get(pk=actor.person_id)
    if who is None:
        raise Refused(_("an opportunity is raised by somebody"))
    title = line("title", title)
    seen = lines("seen", seen)
    serves = one_of("serves", serves, Project.Serves.values, empty=True)
    serves_whom = line("serves_whom", serves_whom, required=False)
    _usable(team)
    with transaction.atomic():
        now = clock.now()
        project = Project(
            title=title,
            leader=who,
            raised_by=who,
            team=team,
            serves=serves,
            serves_whom=serves_whom,
            taken_up_at=now if take_up else None,
        )
        project.search = search_of(project, seen)
        project.save()
        section = Section.objects.create(project=project, key=Section.Key.SEEN, text=seen, by_id=by(actor))
        SectionRevision.objects.create(section=section, version=1, text=seen, by_id=by(actor))
        happened("project.raised", actor, project, taken_up=take_up)
    return project


def edit_project(
    actor: Actor,
    *,
    project: Project,
    version: int | None = None,
    title: str,
    serves: str,
    serves_whom: str,
    team: Team | None,
) -> Project:
    """Change title, whom it serves and where. Raises Refused, Invalid, and Conflict for a stale `version`."""
    access.require(actor, "edit", project)
    open_project(project)
    project.title = line("title", title)
    project.serves = one_of("serves", serves, Project.Serves.values, empty=True)
    project.serves_whom = line("serves_whom", serves_whom, required=False)
    if team is not None and team.pk != project.team_id:
        _usable(team)
    project.team = team
    changes = {
        "title": project.title,
        "serves": project.serves,
        "serves_whom": project.serves_whom,
        "team": team,
        "search": search_of(project),
    }
    with transaction.atomic():
        save(project, version, changes, ("title", "serves", "serves_whom", "team"))
        happened("project.edited", actor, project)
    return project


def take_up(actor: Actor, *, project: Project) -> Project:
    """Lead what somebody raised. Raises Refused, or Invalid when somebody leads it already."""
    access.require(actor, "create", project)
    open_project(project)
    person = Person.objects.filter(pk=actor.own_id).first()
    if person is None:
        raise Refused(_("a project is led by somebody"))
    with transaction.atomic():
        # the project's row alone is held: its team may be none
        held = Project.objects.select_for_update(of=("self",)).select_related("leader", "team")
        project = held.get(pk=project.pk)
        if project.taken_up_at is not None:
            raise Invalid({"": [_("%(name)s leads this already.") % {"name": project.leader.name}]})
        _lead(project, person)
        save(project, None, {"taken_up_at": clock.now()})
        happened("project.taken_up", actor, project)
    return project


def put_down(actor: Actor, *, project: Project) -> Project:
    """Lead it no longer: it is an opportunity that waits for somebody, in the name of whoever raised it.

    The leader's map of people goes to nobody. Raises Refused.
    """
    access.require(actor, "lead", project)
    open_project(project)
    with transaction.atomic():
        former = project.leader_id
        _lead(project, project.raised_by)
        save(project, None, {"taken_up_at": None})
        happened("project.put_down", actor, project, former_leader=former)
    return project


def hand_over(actor: Actor, *, project: Project, to: Person) -> Project:
    """Give a project to another leader; whoever led it stays as a member.

    Open to the leader, those above them, and the office. The map of people goes to nobody else without its writer's
    word: it is deleted when somebody other than its leader hands the project over. Raises Refused, or Invalid.
    """
    access.require(actor, "hand_over", project)
    open_project(project)
    if to.left_on is not None:
        raise Invalid({"to": [_("%(name)s is no longer here.") % {"name": to.name}]})
    if to.pk == project.leader_id and project.taken_up_at is not None:
        raise Invalid({"to": [_("%(name)s leads this already.") % {"name": to.name}]})
    with transaction.atomic():
        former = project.leader
        _lead(project, to, with_map=actor.person_id == former.pk)
        save(project, None, {"taken_up_at": project.taken_up_at or clock.now()})
        Member.objects.filter(project=project, person=to).delete()
        if former.pk != to.pk and former.left_on is None:
            Member.objects.get_or_create(project=project, person=former)
        happened("project.handed_over", actor, project, leader=to.pk, former_leader=former.pk)
    return project


def _lead(project: Project, person: Person, *, with_map: bool = False) -> None:
    """Make somebody the leader. The map of people stays with who wrote it."""
    if person.pk != project.leader_id:
        if with_map:
            people.forget_what_was_taken_off(project)
        else:
            people.forget_map(project)
    project.leader = person
    Project.objects.filter(pk=project.pk).update(leader=person)


def add_member(actor: Actor, *, project: Project, person: Person) -> None:
    """Name somebody who works on it and may write on its page. Raises Refused, or Invalid."""
    access.require(actor, "lead", project)
    open_project(project)
    if person.left_on is not None:
        raise Invalid({"person": [_("%(name)s is no longer here.") % {"name": person.name}]})
    if person.pk == project.leader_id:
        raise Invalid({"person": [_("%(name)s leads this already.") % {"name": person.name}]})
    with transaction.atomic():
        _row, made = Member.objects.get_or_create(project=project, person=person)
        if made:
            happened("project.member_added", actor, project, person=person.pk)


def remove_member(actor: Actor, *, project: Project, person: Person) -> None:
    """Take a member off; they may do so themselves. Raises Refused."""
    if person.pk != actor.person_id:
        access.require(actor, "lead", project)
    open_project(project)
    with transaction.atomic():
        gone, _each = Member.objects.filter(project=project, person=person).delete()
        if gone:
            happened("project.member_removed", actor, project, person=person.pk)


def move_stage(actor: Actor, *, project: Project, to: str, reason: str = "") -> Project:
    """Put a project at another stage: forward, back, or past some that stay open (act first, analyse later).

    Raises Refused, or Invalid for a stage that is none or the present one, and without a reason where the move goes
    back or skips.
    """
    access.require(actor, "edit", project)
    open_project(project)
    one_of("to", to, Project.Stage.values)
    now, then = Stage(project.stage), Stage(to)
    kind = way(now, then)
    if kind is Way.HERE:
        raise Invalid({"to": [_("The project is at this stage already.")]})
    reason = lines("reason", reason, most=2_000, required=kind is not Way.NEXT)
    with transaction.atomic():
        save(project, None, {"stage": to, "stage_since": clock.now()})
        Move.objects.create(project=project, from_stage=now, to_stage=to, reason=reason, by_id=by(actor))
        happened("project.moved", actor, project, former=now.value, to=to)
    return project


def end_project(
    actor: Actor, *, project: Project, outcome: str, reason: str = "", on: date | None = None
) -> Project:
    """Close a project: standardised, or stopped for a reason. Its map of people is deleted (M21).

    Raises Refused, or Invalid: a stop wants its reason, and no end lies in the future.
    """
    access.require(actor, "lead", project)
    open_project(project)
    one_of("outcome", outcome, Project.Outcome.values)
    reason = lines("reason", reason, most=2_000, required=outcome == Project.Outcome.STOPPED)
    today = policies.today()
    if on is not None and on > today:
        raise Invalid({"on": [_("Choose today or an earlier day.")]})
    with transaction.atomic():
        changes = {"outcome": outcome, "ended_on": on or today, "end_reason": reason}
        if outcome == Project.Outcome.STANDARDISED and project.stage != Project.Stage.STANDARD:
            before, changes["stage"] = project.stage, Project.Stage.STANDARD
            changes["stage_since"] = clock.now()
            Move.objects.create(
                project=project, from_stage=before, to_stage=Project.Stage.STANDARD, by_id=by(actor)
            )
        save(project, None, changes)
        people.forget_map(project)
        happened("project.ended", actor, project, outcome=outcome)
    return project


def reopen_project(actor: Actor, *, project: Project) -> Project:
    """Go on with a project that had ended. What its map of people held does not come back. Raises Refused."""
    access.require(actor, "lead", project)
    if project.ended_on is not None:
        with transaction.atomic():
            save(project, None, {"outcome": "", "ended_on": None, "end_reason": ""})
            happened("project.reopened", actor, project)
    return project


def archive_project(actor: Actor, *, project: Project) -> Project:
    """Take a project off the board and the lists; `restore_project` is the undo. Raises Refused."""
    access.require(actor, "lead", project)
    if project.archived_at is None:
        with transaction.atomic():
            save(project, None, {"archived_at": clock.now()})
            happened("project.archived", actor, project, touch=False)
    return project


def restore_project(actor: Actor, *, project: Project) -> Project:
    """Put an archived project back. Raises Refused."""
    access.require(actor, "lead", project)
    if project.archived_at is not None:
        with transaction.atomic():
            save(project, None, {"archived_at": None})
            happened("project.restored", actor, project)
    return project


def _usable(team: Team | None) -> None:
    if team is not None and team.archived_at is not None:
        raise Invalid({"team": [_("%(name)s is archived.") % {"name": team.name}]})
