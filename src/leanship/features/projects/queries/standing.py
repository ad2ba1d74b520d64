"""The evidence behind a standing in projects (M1): counts, each project, the share of time, the rule, the versions.

Everything that was judged comes from the row itself, so a standing that was replaced says what was known then. Only
the titles of projects are today's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leanship.domain.periods import Cadence
from leanship.features.base.errors import NotFound
from leanship.features.base.models import Standing
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person
from leanship.features.productivity.evidence import VersionLine, stretches, versions
from leanship.features.projects import standing_words as say
from leanship.features.projects.evidence import A_YEAR
from leanship.features.projects.models import Project
from leanship.features.projects.standings import CATEGORY
from leanship.web import format as fmt
from leanship.web import words
from leanship.web.layout import Crumb, Fact, WhoSees


@dataclass(frozen=True)
class ProjectLine:
    """One led project, as it counted then."""

    title: str
    url: str
    checked_on: str
    verdict: str
    confirmed: bool
    later: str
    tests: str
    outcome: str


@dataclass(frozen=True)
class ProjectsEvidencePage:
    """A standing in projects with everything it was decided on."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    back: str
    band: str
    says: str
    why: str
    replaced_by: str
    missing: tuple[str, ...]
    facts: tuple[Fact, ...]
    projects: tuple[ProjectLine, ...]
    rule: tuple[str, ...]
    versions: tuple[VersionLine, ...]


def evidence_page(actor: Actor, uid: str) -> ProjectsEvidencePage:
    """The evidence of the projects standing `uid`; six queries at most.

    Raises NotFound where there is none, or the actor may not know of it.
    """
    standing = Standing.objects.filter(uid=uid, category=CATEGORY).first()
    person = None if standing is None else Person.objects.filter(pk=standing.subject_id).first()
    if standing is None or person is None:
        raise NotFound
    access.require(actor, "read", About("standing", person))
    period = fmt.period(Cadence(standing.cadence), standing.ordinal)
    back = reverse("standing:of", args=[person.uid])
    rows = versions(standing, "projects:standing", say.reason_label)
    now = next((one.url for one in rows if one.is_current), "")
    return ProjectsEvidencePage(
        title=_("Projects"),
        lede=_("%(name)s, as of %(period)s") % {"name": person.name, "period": period},
        crumbs=(Crumb(person.name, back), Crumb(_("Evidence, %(period)s") % {"period": period})),
        who_sees=access.audience("standing", person),
        back=back,
        band=standing.band,
        says=say.says(standing),
        why=say.why_no_band(standing.counts) if standing.band == "not_enough_evidence" else "",
        replaced_by="" if standing.is_current else now,
        missing=tuple(say.lack_label(code) for code in standing.counts["lacks"]),
        facts=(*_results(standing), *_time(actor, person, standing), _made(standing)),
        projects=_projects(actor, standing),
        rule=say.rule_says(standing),
        versions=rows,
    )


def _results(standing: Standing) -> tuple[Fact, ...]:
    counts = standing.counts
    cadence = Cadence(standing.cadence)
    span = _("%(first)s to %(last)s") % {
        "first": fmt.period(cadence, standing.ordinal - A_YEAR + 1),
        "last": fmt.period(cadence, standing.ordinal),
    }
    facts = [
        Fact(_("Window"), span),
        Fact(_("Projects led"), str(counts["led"])),
        Fact(_("Result checked"), str(counts["checked"])),
        Fact(_("Improved, confirmed and holding"), str(counts["holding"])),
        Fact(_("Tests run"), str(counts["tests"])),
    ]
    if counts["helpers"]:
        facts.append(
            Fact(
                _("Who worked on them"),
                _reach(counts["helpers"], counts["outside"]),
                note=_(
                    "people who worked on these projects, and how many of them stand outside the leader's line"
                ),
            )
        )
    if counts["needed"]:
        facts.append(
            Fact(
                _("Whose support was needed"),
                _reach(counts["needed"], counts["needed_outside"]),
                note=_("counted when these projects ended; who they were is kept nowhere"),
            )
        )
    return tuple(facts)


def _reach(everyone: int, outside: int) -> str:
    text = ngettext(
        "%(count)d person, %(outside)d outside", "%(count)d people, %(outside)d outside", everyone
    )
    return text % {"count": everyone, "outside": outside}


def _time(actor: Actor, person: Person, standing: Standing) -> tuple[Fact, ...]:
    share: Mapping[str, Any] = standing.counts["share"]
    week = Cadence.WEEK
    target = share["target"]
    facts = [
        Fact(
            _("Strategic share"),
            say.share_figure(share) or _("none"),
            url=reverse("projects:time")
            if actor.person_id == person.pk
            else reverse("projects:time_of", args=[person.uid]),
            note=say.share_base(standing.counts),
        ),
        Fact(
            _("Target of the level"),
            _("none") if target is None else fmt.percent(target),
            note=_("on target within five points to either side") if target is not None else "",
        ),
        Fact(
            _("Weeks"),
            words.counted(week, share["present"]),
            note=_("%(first)s to %(last)s; at least %(needed)d are needed")
            % {
                "first": fmt.period(week, share["first"]),
                "last": fmt.period(week, share["last"]),
                "needed": share["needed"],
            },
        ),
    ]
    if share["present"] and actor.person_id == person.pk:  # others see shares at most
        hours = _("%(strategic)s strategic, %(tactical)s tactical, %(unclassified)s not classified") % {
            name: _hours(share[name]) for name in ("strategic", "tactical", "unclassified")
        }
        note = (
            _("of %(base)s working hours")
            if share["of"] == "working_hours"
            else _("of %(base)s in calendars")
        )
        facts.append(Fact(_("Hours in calendars"), hours, note=note % {"base": _hours(share["base"])}))
    if share["away"]:
        facts.append(Fact(_("Left out: away"), stretches(week, share["away"])))
    if share["missing"]:
        facts.append(Fact(_("Missing"), stretches(week, share["missing"])))
    return tuple(facts)


def _hours(seconds: int) -> str:
    return fmt.with_unit(fmt.number(seconds / 3600, 1), "h")


def _made(standing: Standing) -> Fact:
    note = _("worked out %(at)s") % {"at": fmt.moment(standing.made_at)}
    return Fact(_("Rule"), standing.rule_version, note=note)


def _projects(actor: Actor, standing: Standing) -> tuple[ProjectLine, ...]:
    led = standing.counts["projects"]
    rows = access.visible(actor, Project.objects.filter(pk__in=[one["project"] for one in led]))
    titles = {pk: (title, uid) for pk, title, uid in rows.values_list("pk", "title", "uid")}
    outcomes = {"": "", "standardised": _("standardised"), "stopped": _("stopped")}
    lines = []
    for one in led:
        title, uid = titles.get(one["project"], (_("a project that is gone"), ""))
        lines.append(
            ProjectLine(
                title=title,
                url=reverse("projects:project", args=[uid]) if uid else "",
                checked_on=fmt.day(date.fromisoformat(one["checked_on"])) if one["checked_on"] else "",
                verdict=say.verdict_label(one["verdict"]),
                confirmed=one["confirmed"],
                later=say.later_label(one),
                tests=str(one["tests"]),
                outcome=outcomes.get(one["outcome"], one["outcome"]),
            )
        )
    return tuple(lines)
