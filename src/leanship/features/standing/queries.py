"""My standing, Today and what waits, already filtered for whoever asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leanship.domain.access import Relation, Role, allowed
from leanship.domain.periods import Cadence, latest_closed
from leanship.features.base.errors import NotFound
from leanship.features.base.models import Comment, Standing
from leanship.features.org import access, waiting
from leanship.features.org.access import About, Actor, Verdict
from leanship.features.org.models import Ancestor, Person
from leanship.features.org.waiting import Waiting, in_order
from leanship.features.productivity.models import Series
from leanship.features.projects.queries import routines
from leanship.features.projects.queries.of_leader import of_leader
from leanship.features.standing import sectors
from leanship.features.standing.models import PutOff
from leanship.features.standing.page import (
    CommentLine,
    StandingPage,
    TodayPage,
    WaitingPage,
)
from leanship.features.standing.steps import Rows, next_step
from leanship.web import format as fmt
from leanship.web.help import link as help_link
from leanship.web.layout import Crumb, Empty


def person_by_uid(uid: str) -> Person:
    """The person, whoever asks; what about them may be seen is asked afterwards. Raises NotFound."""
    person = Person.objects.filter(uid=uid).first()
    if person is None:
        raise NotFound
    return person


def comment_by_uid(actor: Actor, uid: str) -> tuple[Comment, Person]:
    """A comment and the person it is about, for somebody who may read that person's standing. Raises NotFound."""
    comment = Comment.objects.filter(uid=uid).first()
    person = Person.objects.filter(pk=comment.about_id).first() if comment else None
    if comment is None or person is None or not access.may(actor, "read", About("standing", person)):
        raise NotFound
    return comment, person


def put_off_by_uid(actor: Actor, uid: str) -> PutOff:
    """A step that was put off, for the one it belongs to. Raises NotFound."""
    mine = access.visible(actor, PutOff.objects.select_related("person"), "next_step")
    row = mine.filter(uid=uid).first()
    if row is None:
        raise NotFound
    return row


def newest(rows: QuerySet[Standing]) -> QuerySet[Standing]:
    """Of current standings the newest of each subject."""
    newer = Standing.objects.filter(
        subject_kind=OuterRef("subject_kind"),
        subject_id=OuterRef("subject_id"),
        category=OuterRef("category"),
        cadence=OuterRef("cadence"),
        is_current=True,
        ordinal__gt=OuterRef("ordinal"),
    )
    return rows.filter(is_current=True).filter(~Exists(newer))


def _figures(person: Person) -> tuple[list[Series], Rows]:
    """The series of a person that run, and the newest standings of both; two queries."""
    series = list(
        Series.objects.filter(person=person, archived_at=None, kpi__archived_at=None)
        .select_related("kpi")
        .order_by("kpi__name", "id")
    )
    rows = newest(
        Standing.objects.filter(
            Q(subject_kind="person", subject_id=person.pk)
            | Q(subject_kind="series", subject_id__in=[one.pk for one in series])
        )
    )
    # made_at last: after a change of cadence the standing made later is the one that counts
    return series, {_place(row): row for row in rows.order_by("made_at", "id")}


def _place(row: Standing) -> tuple[str, int]:
    return (row.subject_kind if row.category == "productivity" else row.category, row.subject_id)


def standing_page(
    actor: Actor,
    person: Person,
    today: date,
    off: frozenset[str] = frozenset(),
    currency: str = "EUR",
) -> StandingPage:
    """Where `person` stands, for `actor`, without the modules that are `off`; the same number of queries whatever the
    organisation.

    Raises NotFound where the actor may not know.
    """
    verdict = access.require(actor, "read", About("standing", person))
    is_self = actor.person_id == person.pk
    series, rows = _figures(person)
    whole = rows.get(("person", person.pk))
    found = sectors.sectors(whole, rows.get(("projects", person.pk)), has_series=bool(series), off=off)
    step, put_off = (
        next_step(actor, person, series, rows, owed_corrections(actor), today, off) if is_self else (None, ())
    )
    return StandingPage(
        title=_("My standing") if is_self else _("Where %(name)s stands") % {"name": person.name},
        lede=sectors.period_words(whole, rows),
        crumbs=() if is_self else (Crumb(person.name, reverse("org:person", args=[person.uid])),),
        who_sees=access.audience("standing", person),
        person_uid=person.uid,
        name=person.name,
        is_self=is_self,
        wheel=sectors.wheel_svg(person, found),
        sectors=found,
        series=tuple(sectors.series_line(one, rows.get(("series", one.pk))) for one in series),
        empty=None if series else _no_series(is_self),
        projects=None if "projects" in off else of_leader(actor, person, today, currency),
        next_step=step,
        put_off=put_off,
        comments=_comments(actor, person, today, may_answer=not is_self and _may_answer(actor, verdict)),
        may_comment=True,
        may_request=is_self,
    )


# Whoever may read and stands in one of these relations answers correction requests, see `domain.access`.
_ANSWER = allowed("standing", "answer_correction")


def _may_answer(actor: Actor, verdict: Verdict) -> bool:
    """Whether somebody who may read also answers; a people partner does so wherever they stand in the line."""
    partner = actor.role is Role.PEOPLE_PARTNER and Relation.PEOPLE_PARTNER in _ANSWER
    return partner or verdict.relation in _ANSWER


def _owed(by: date | None, *, overdue: bool) -> str:
    if by is None:
        return ""
    text = (
        _("The answer is overdue; it was owed by %(day)s.") if overdue else _("An answer is owed by %(day)s.")
    )
    return text % {"day": fmt.day(by)}


def comment_line(
    comment: Comment, names: Mapping[int, str], actor: Actor, today: date, *, may_answer: bool
) -> CommentLine:
    """One thing said, with what the viewer may do about it."""
    open_request = comment.kind == Comment.Kind.CORRECTION and comment.answered_at is None
    overdue = bool(open_request and comment.answer_by and comment.answer_by < today)
    return CommentLine(
        uid=comment.uid,
        author=names.get(comment.author_id, ""),
        at=comment.created_at,
        text=comment.text,
        is_correction=comment.kind == Comment.Kind.CORRECTION,
        overdue=overdue,
        owed=_owed(comment.answer_by, overdue=overdue),
        answer=comment.answer,
        outcome=comment.outcome,
        answered_by=names.get(comment.answered_by_id or 0, ""),
        answered_at=comment.answered_at,
        may_answer=open_request and may_answer,
        may_take_back=comment.author_id == actor.own_id and comment.answered_at is None,
    )


def _comments(actor: Actor, person: Person, today: date, *, may_answer: bool) -> tuple[CommentLine, ...]:
    rows = list(Comment.objects.filter(about_id=person.pk, archived_at=None).order_by("id"))
    ids = {row.author_id for row in rows} | {row.answered_by_id for row in rows if row.answered_by_id}
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    return tuple(comment_line(row, names, actor, today, may_answer=may_answer) for row in rows)


def _no_series(is_self: bool) -> Empty:
    return Empty(
        title=_("Nothing is measured here yet"),
        why=_("One figure that matters, with a standard, is enough to see where one stands."),
        action=_("Add the first KPI") if is_self else "",
        url=reverse("productivity:kpi_new") if is_self else "",
        how_to=help_link("how-to/define-a-kpi"),
    )


def owed_corrections(actor: Actor) -> list[tuple[Comment, str]]:
    """Correction requests that the actor owes an answer to, with who asked, the oldest first; one query.

    The direct leader owes it; a people partner where nobody leads the person who asked.
    """
    led = Ancestor.objects.filter(ancestor_id=actor.own_id, depth=1, person_id=OuterRef("about_id"))
    owes = Q(Exists(led))
    if actor.role is Role.PEOPLE_PARTNER:
        anybody = Ancestor.objects.filter(depth=1, person_id=OuterRef("about_id"))
        owes |= ~Exists(anybody) & ~Q(about_id=actor.own_id)
    name = Person.objects.filter(pk=OuterRef("about_id")).values("name")[:1]
    rows = (
        Comment.objects.filter(owes, kind=Comment.Kind.CORRECTION, answered_at=None, archived_at=None)
        .annotate(asked_by=name)
        .order_by("answer_by", "id")
    )
    return [(row, row.asked_by) for row in rows]


def _waiting(
    owed: Iterable[tuple[Comment, str]], series: list[Series], rows: Rows, today: date
) -> tuple[Waiting, ...]:
    """Answers that are owed, then closed periods of one's own series without a value, one line a cadence."""
    lines = [
        Waiting(
            text=_("%(name)s asked for a correction") % {"name": name},
            url=reverse("standing:answer", args=[comment.uid]),
            due=comment.answer_by,
            overdue=comment.answer_by is not None and comment.answer_by < today,
        )
        for comment, name in owed
    ]
    for cadence in Cadence:
        last = latest_closed(cadence, today)
        late = sum(_lacks(rows.get(("series", one.pk)), cadence, last) for one in series)
        if late:
            period = fmt.period(cadence, last)
            text = ngettext(
                "%(period)s: %(count)d KPI without a value",
                "%(period)s: %(count)d KPIs without a value",
                late,
            )
            lines.append(
                Waiting(
                    text=text % {"period": period, "count": late},
                    url=reverse("productivity:entry") + f"?cadence={cadence.value}",
                    due=None,
                    overdue=False,
                )
            )
    return tuple(lines)


def _all_waiting(
    actor: Actor,
    owed: Iterable[tuple[Comment, str]],
    series: list[Series],
    rows: Rows,
    today: date,
    off: frozenset[str],
) -> tuple[Waiting, ...]:
    return in_order([*_waiting(owed, series, rows, today), *waiting.of(actor, off)])


def _lacks(row: Standing | None, cadence: Cadence, last: int) -> bool:
    if row is None or row.cadence != cadence.value or row.ordinal != last:
        return False
    return last in row.counts["missing"] and last not in row.counts.get("no_standard", ())


def today_page(actor: Actor, person: Person, today: date, off: frozenset[str] = frozenset()) -> TodayPage:
    """The first page of the day: the one step, what waits, and the wheel; without the modules that are `off`."""
    series, rows = _figures(person)
    found = sectors.sectors(
        rows.get(("person", person.pk)), rows.get(("projects", person.pk)), has_series=bool(series), off=off
    )
    owed = owed_corrections(actor)
    step, _lines = next_step(actor, person, series, rows, owed, today, off)
    return TodayPage(
        title=_("Today"),
        lede=fmt.day(today),
        who_sees=access.only_self(),
        next_step=step,
        waiting=_all_waiting(actor, owed, series, rows, today, off),
        routines=None if "projects" in off else routines.today(actor, today),
        wheel=sectors.wheel_svg(person, found),
        sectors=found,
        person_uid=person.uid,
    )


def waiting_page(actor: Actor, person: Person, today: date, off: frozenset[str] = frozenset()) -> WaitingPage:
    """Everything that waits for the actor, without the modules that are `off`."""
    series, rows = _figures(person)
    return WaitingPage(
        title=_("Waiting for me"),
        who_sees=access.only_self(),
        waiting=_all_waiting(actor, owed_corrections(actor), series, rows, today, off),
        empty=Empty(
            _("Nothing waits for you"),
            _("Answers you owe, values to enter and promises that fall due will be listed here."),
        ),
    )
