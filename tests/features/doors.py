"""Every address of the pages: what it opens, who may read through it and who may act through it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from leanship.connect import uploads
from tests.features.projects.result_kit import check_of
from tests.features.world import World

ALL = frozenset({"ana", "ben", "clara", "ingrid", "dev", "elif", "farid", "greta"})
LINE = frozenset({"ben", "clara", "ingrid"})
ANAS = frozenset({"ana", "elif"}) | LINE  # who may read what is about Ana
DESK = ANAS | {"dev", "greta"}  # who may read what is about the order desk
OFFICE = frozenset({"elif", "greta"})
ADMIN = frozenset({"greta"})
SELF = frozenset({"ana"})
NOBODY: frozenset[str] = frozenset()
MAP = frozenset({"ana", "farid"})  # who leads, and who was named
ASKED = frozenset({"dev"})  # whose feedback Ana asked for
BOTH = SELF | ASKED
CREW = frozenset({"ana", "dev"})  # who leads the project of the world, and who works on it
OVER = ANAS | {"greta"}  # who may hand it over


def text(key: str) -> Callable[[World], dict[str, str]]:
    """Fill `uid` with the project and `key` with one of its texts."""
    return lambda world: {"uid": world.uids["project"], "key": key}


@dataclass(frozen=True)
class Door:
    """An address: what fills it, who may GET it, who may POST to it (None: it takes no such request)."""

    get: frozenset[str] | None = ALL
    post: frozenset[str] | None = None
    fill: Callable[[World], dict[str, str]] = field(default=lambda world: {})
    public: bool = False  # opens without signing in


def of(thing: str) -> Callable[[World], dict[str, str]]:
    """Fill `uid` with that of a thing of the world."""
    return lambda world: {"uid": world.uids[thing]}


def period(thing: str) -> Callable[[World], dict[str, str]]:
    """Fill `uid` with a series and `period` with its latest."""
    return lambda world: {"uid": world.uids[thing], "period": world.uids["period"]}


def upload(world: World) -> dict[str, str]:
    """A file that Elif sent just now: taking it in or throwing it away takes it from the disk."""
    kept = uploads.keep(
        world.cast.actors["elif"],
        kind="people",
        filename="people.csv",
        chunks=[b"id,name\n1,Ada\n"],
        options={},
    )
    return {"kind": "people", "uid": kept.uid}


def a_check(world: World) -> dict[str, str]:
    """The check of Ana's project."""
    if uid := world.uids.get("check"):
        return {"uid": uid}
    return {"uid": check_of(world.uids["project"], world.uids["series"], world.cast.actors["ana"]).uid}


SENDER = frozenset({"elif"})  # whoever sent a file; the others of the office have their own
OWN_OR_LEAD = frozenset({"ana", "ben", "elif"})
KPI_EDITORS = SELF | OFFICE  # Ana owns the KPI of the world

DOORS: dict[str, Door] = {
    # signing in and settings
    "accounts:sign_in": Door(post=ALL, public=True),
    "accounts:send_link": Door(None, ALL, public=True),
    "accounts:link": Door(NOBODY, NOBODY, fill=lambda world: {"token": "unknown"}, public=True),
    "accounts:sign_out": Door(None, ALL, public=True),
    "accounts:setup": Door(ALL, ALL, public=True),
    "accounts:welcome": Door(ADMIN),
    "accounts:settings": Door(),
    "accounts:me": Door(ALL, ALL),
    "accounts:password": Door(ALL, ALL),
    "accounts:end_sessions": Door(None, ALL),
    "accounts:tokens": Door(ALL, ALL),
    "accounts:revoke_token": Door(None, SELF, fill=of("token")),
    "accounts:organisation": Door(ADMIN, ADMIN),
    "accounts:policies": Door(ALL),
    "accounts:policy": Door(ALL, OFFICE, fill=lambda world: {"name": "bands"}),
    "accounts:accounts": Door(ADMIN),
    "accounts:invite": Door(ADMIN, ADMIN),
    "accounts:account": Door(ADMIN, fill=of("account")),
    "accounts:change_role": Door(None, ADMIN, fill=of("account")),
    "accounts:make_link": Door(None, ADMIN, fill=of("account")),
    "accounts:deactivate": Door(None, ADMIN, fill=of("account")),
    "accounts:reactivate": Door(None, ADMIN, fill=of("account")),
    # jobs
    "jobs:list": Door(ADMIN),
    "jobs:job": Door(ADMIN, fill=of("job")),
    "jobs:progress": Door(SELF | ADMIN, fill=of("job")),
    "jobs:try_again": Door(None, ADMIN, fill=of("job")),
    "jobs:leave": Door(None, ADMIN, fill=of("job")),
    "jobs:take_up": Door(None, ADMIN, fill=of("job")),
    # the organisation
    "org:home": Door(),
    "org:chart": Door(),
    "org:branch": Door(fill=of("ben")),
    "org:people": Door(),
    "org:people_left": Door(),
    "org:add_person": Door(OFFICE, OFFICE),
    "org:suggest": Door(),
    "org:person": Door(fill=of("ana")),
    "org:person_history": Door(ANAS | {"greta"}, fill=of("ana")),
    "org:edit_person": Door(OFFICE, OFFICE, fill=of("ana")),
    "org:move_person": Door(OFFICE, OFFICE, fill=of("ana")),
    "org:end_person": Door(OFFICE, OFFICE, fill=of("ana")),
    "org:undo_end_person": Door(None, OFFICE, fill=of("ana")),
    "org:erase_person": Door(OFFICE, OFFICE, fill=of("ana")),
    "org:add_absence": Door(OWN_OR_LEAD, OWN_OR_LEAD, fill=of("ana")),
    "org:remove_absence": Door(None, OWN_OR_LEAD, fill=of("absence")),
    "org:teams": Door(),
    "org:teams_archived": Door(),
    "org:add_team": Door(OFFICE, OFFICE),
    "org:team": Door(fill=of("desk")),
    "org:edit_team": Door(OFFICE | {"ben"}, OFFICE | {"ben"}, fill=of("desk")),
    "org:archive_team": Door(None, OFFICE | {"ben"}, fill=of("desk")),
    "org:restore_team": Door(None, OFFICE | {"ben"}, fill=of("desk")),
    "org:add_member": Door(OFFICE | {"ben"}, OFFICE | {"ben"}, fill=of("desk")),
    "org:remove_member": Door(None, OFFICE | {"ben"}, fill=of("desk")),
    # KPIs, series, figures
    "productivity:kpis": Door(),
    "productivity:kpi_new": Door(ALL, ALL),
    "productivity:kpi": Door(fill=of("kpi")),
    "productivity:kpi_edit": Door(KPI_EDITORS, KPI_EDITORS, fill=of("kpi")),
    "productivity:kpi_archive": Door(None, KPI_EDITORS, fill=of("kpi")),
    "productivity:kpi_restore": Door(None, KPI_EDITORS, fill=of("kpi")),
    "productivity:kpi_standard": Door(None, KPI_EDITORS, fill=of("kpi")),
    "productivity:series_new": Door(ALL, ALL, fill=of("kpi")),
    "productivity:series": Door(ANAS, fill=of("series")),
    "productivity:figures": Door(ANAS, fill=of("series")),
    "productivity:standards": Door(ANAS, fill=of("series")),
    "productivity:series_standard": Door(None, ANAS, fill=of("series")),
    "productivity:series_weight": Door(None, OWN_OR_LEAD, fill=of("series")),
    "productivity:series_archive": Door(None, OWN_OR_LEAD, fill=of("series")),
    "productivity:series_restore": Door(None, OWN_OR_LEAD, fill=of("series")),
    "productivity:series_seen": Door(None, ANAS, fill=of("series")),
    "productivity:note_add": Door(None, SELF | LINE, fill=of("series")),
    "productivity:note_edit": Door(SELF, SELF, fill=of("note")),
    "productivity:note_archive": Door(None, SELF, fill=of("note")),
    "productivity:note_restore": Door(None, SELF, fill=of("note")),
    "productivity:shift_accept": Door(None, frozenset({"ana", "ben"}), fill=of("series")),
    "productivity:baseline_set": Door(None, frozenset({"ana", "ben"}), fill=of("series")),
    "productivity:baseline_withdraw": Door(
        None,
        frozenset({"ana", "ben"}),
        fill=lambda world: {"uid": world.uids["series"], "pk": world.uids["baseline"]},
    ),
    "productivity:point": Door(ANAS, fill=period("series")),
    "productivity:entry": Door(ALL, ALL),
    "productivity:entry_undo": Door(None, SELF, fill=of("entry")),
    "productivity:board": Door(),
    "productivity:board_person": Door(LINE | {"elif"}, fill=of("ben")),
    "productivity:board_team": Door(DESK, fill=of("desk")),
    "productivity:peers": Door(ANAS, fill=of("series")),
    "productivity:standing": Door(ANAS, fill=of("standing")),
    # results
    "projects:suggest_series": Door(),
    "projects:results": Door(fill=of("project")),
    "projects:measure": Door(SELF, SELF, fill=of("project")),
    "projects:judge_now": Door(None, SELF, fill=of("project")),
    "projects:ask_result": Door(SELF, SELF, fill=a_check),
    # savings: Ana claimed, Farid is asked about one and has confirmed another
    "savings:ledger": Door(),
    "savings:claim": Door(CREW, CREW, fill=lambda world: {"kind": "project", "uid": world.uids["project"]}),
    "savings:saving": Door(fill=of("saving")),
    "savings:figures": Door(SELF, SELF, fill=of("saving")),
    "savings:ask": Door(SELF, SELF, fill=of("saving")),
    "savings:again": Door(frozenset({"farid", "elif"}), frozenset({"farid", "elif"}), fill=of("confirmed")),
    "savings:withdraw": Door(None, SELF, fill=of("saving")),
    "savings:restore": Door(None, SELF, fill=of("saving")),
    "savings:decide": Door(frozenset({"farid"}), frozenset({"farid"}), fill=of("confirmation")),
    "savings:take_back": Door(None, SELF, fill=of("confirmation")),
    # time: events, rules and calendars are their owner's alone; shares are for the line and people partners
    "projects:time": Door(),
    "projects:time_week": Door(fill=lambda world: {"week": "2026-W46"}),
    "projects:time_of": Door(ANAS, fill=of("ana")),
    "projects:time_queue": Door(ALL, ALL),
    "projects:time_event": Door(None, SELF, fill=of("event")),
    "projects:time_undo": Door(None, ALL),
    "projects:time_hours": Door(ALL, ALL),
    "projects:time_hours_undo": Door(None, SELF, fill=lambda world: {"pk": world.uids["working_time"]}),
    "projects:time_rules": Door(),
    "projects:time_rule_new": Door(ALL, ALL),
    "projects:time_rule": Door(SELF, SELF, fill=of("rule")),
    "projects:time_rule_move": Door(None, SELF, fill=of("rule")),
    "projects:time_rule_archive": Door(None, SELF, fill=of("rule")),
    "projects:time_rule_restore": Door(None, SELF, fill=of("rule")),
    "projects:time_calendars": Door(),
    "projects:time_calendar_new": Door(ALL, ALL),
    "projects:time_calendar_subscribe": Door(ALL, ALL),
    "projects:time_calendar": Door(SELF, fill=of("calendar")),
    "projects:time_calendar_edit": Door(SELF, SELF, fill=of("calendar")),
    "projects:time_calendar_read": Door(None, SELF, fill=of("calendar")),
    "projects:time_calendar_file": Door(None, SELF, fill=of("calendar")),
    "projects:time_calendar_archive": Door(None, SELF, fill=of("calendar")),
    "projects:time_calendar_restore": Door(None, SELF, fill=of("calendar")),
    "projects:time_calendar_delete": Door(SELF, SELF, fill=of("calendar")),
    # import
    "connect:imports": Door(OFFICE),
    "connect:upload": Door(OFFICE, OFFICE, fill=lambda world: {"kind": "people"}),
    "connect:sample": Door(OFFICE, fill=lambda world: {"kind": "people"}),
    "connect:preview": Door(SENDER, fill=upload),
    "connect:confirm": Door(None, SENDER, fill=upload),
    "connect:discard": Door(None, SENDER, fill=upload),
    "connect:done": Door(OFFICE, fill=of("batch")),
    # the API has a sweep of its own; this is what there is not
    "api_unknown": Door(NOBODY, NOBODY, fill=lambda world: {"rest": "pulses"}, public=True),
    # Help
    "help:home": Door(public=True),
    "help:page": Door(fill=lambda world: {"key": "explanation/rating"}, public=True),
    "help:file": Door(NOBODY, fill=lambda world: {"name": "no-such-picture.png"}, public=True),
    # projects: Ana leads one, Dev works on it, Ben has an item of its plan
    "projects:board": Door(),
    "projects:list": Door(),
    "projects:raise": Door(ALL, ALL),
    "projects:similar": Door(),
    "projects:suggest_team": Door(),
    "projects:project": Door(fill=of("project")),
    "projects:edit": Door(CREW, CREW, fill=of("project")),
    "projects:take_up": Door(None, ALL, fill=of("project")),
    "projects:put_down": Door(None, SELF, fill=of("project")),
    "projects:hand_over": Door(OVER, OVER, fill=of("project")),
    "projects:members": Door(SELF, SELF, fill=of("project")),
    "projects:remove_member": Door(None, SELF, fill=of("project")),
    "projects:stage": Door(CREW, CREW, fill=of("project")),
    "projects:end": Door(SELF, SELF, fill=of("project")),
    "projects:reopen": Door(None, SELF, fill=of("project")),
    "projects:archive": Door(None, SELF, fill=of("project")),
    "projects:restore": Door(None, SELF, fill=of("project")),
    "projects:text": Door(CREW, CREW, fill=text("seen")),
    "projects:versions": Door(fill=text("current_state")),
    "projects:restore_text": Door(None, CREW, fill=text("current_state")),
    "projects:add_why": Door(CREW, CREW, fill=of("project")),
    "projects:edit_why": Door(CREW, CREW, fill=of("why")),
    "projects:archive_why": Door(None, CREW, fill=of("why")),
    "projects:restore_why": Door(None, CREW, fill=of("why")),
    "projects:add_trial": Door(CREW, CREW, fill=of("project")),
    "projects:edit_trial": Door(CREW, CREW, fill=of("trial")),
    "projects:result": Door(CREW, CREW, fill=of("trial")),
    "projects:archive_trial": Door(None, CREW, fill=of("trial")),
    "projects:restore_trial": Door(None, CREW, fill=of("trial")),
    "projects:add_plan_item": Door(CREW, CREW, fill=of("project")),
    "projects:edit_plan_item": Door(CREW, CREW, fill=of("plan_item")),
    "projects:finish_plan_item": Door(None, CREW | {"ben"}, fill=of("plan_item")),
    "projects:unfinish_plan_item": Door(None, CREW | {"ben"}, fill=of("plan_item")),
    "projects:archive_plan_item": Door(None, CREW, fill=of("plan_item")),
    "projects:restore_plan_item": Door(None, CREW, fill=of("plan_item")),
    "projects:comments": Door(ALL, ALL, fill=of("project")),
    "projects:archive_comment": Door(None, SELF, fill=of("said")),
    "projects:restore_comment": Door(None, SELF, fill=of("said")),
    "projects:files": Door(CREW, CREW, fill=of("project")),
    "projects:file": Door(fill=of("file")),
    "projects:archive_file": Door(None, CREW, fill=of("file")),
    "projects:restore_file": Door(None, CREW, fill=of("file")),
    # what fits, and standard work: each of us sees our own
    "projects:fit_list": Door(),
    "projects:fit_new": Door(ALL, ALL),
    "projects:fit": Door(SELF, SELF, fill=of("portfolio")),
    "projects:fit_find": Door(None, SELF, fill=of("portfolio")),
    "projects:fit_take": Door(SELF, SELF, fill=of("portfolio")),
    "projects:fit_import": Door(SELF, SELF, fill=of("portfolio")),
    "projects:fit_export": Door(SELF, fill=of("portfolio")),
    "projects:fit_remove": Door(None, SELF, fill=of("portfolio")),
    "projects:fit_put_back": Door(None, SELF, fill=of("portfolio")),
    "projects:fit_archive": Door(None, SELF, fill=of("portfolio")),
    "projects:fit_restore": Door(None, SELF, fill=of("portfolio")),
    "projects:routines": Door(ALL, ALL),
    "projects:routine": Door(SELF, SELF, fill=of("routine")),
    "projects:routine_tick": Door(None, SELF, fill=of("routine")),
    "projects:routine_move": Door(None, SELF, fill=of("routine")),
    "projects:routine_archive": Door(None, SELF, fill=of("routine")),
    "projects:routine_restore": Door(None, SELF, fill=of("routine")),
    # projects: where somebody stands in them
    "projects:standing": Door(ANAS, fill=of("projects_standing")),
    # the map of people: Ana leads, Farid may read it; feedback: Ana asked Dev
    "projects:map": Door(MAP, fill=of("mapped")),
    "projects:map_add": Door(SELF, SELF, fill=of("mapped")),
    "projects:map_person": Door(MAP, fill=of("on_map")),
    "projects:map_person_edit": Door(SELF, SELF, fill=of("on_map")),
    "projects:map_take_off": Door(None, SELF, fill=of("on_map")),
    "projects:map_put_back": Door(None, SELF, fill=of("on_map")),
    "projects:map_stance_add": Door(SELF, SELF, fill=of("on_map")),
    "projects:map_step_add": Door(SELF, SELF, fill=of("on_map")),
    "projects:map_stance_edit": Door(SELF, SELF, fill=of("stance")),
    "projects:map_stance_take_back": Door(None, SELF, fill=of("stance")),
    "projects:map_stance_put_back": Door(None, SELF, fill=of("stance")),
    "projects:map_step_edit": Door(SELF, SELF, fill=of("step")),
    "projects:map_step_take_back": Door(None, SELF, fill=of("step")),
    "projects:map_step_put_back": Door(None, SELF, fill=of("step")),
    "projects:map_readers": Door(SELF, SELF, fill=of("mapped")),
    "projects:map_reader_remove": Door(None, SELF, fill=of("mapped")),
    "projects:notes_about_me": Door(ALL, ALL),
    "projects:feedback_mine": Door(),
    "projects:feedback": Door(fill=of("mapped")),
    "projects:feedback_ask": Door(SELF, SELF, fill=of("mapped")),
    "projects:feedback_one": Door(BOTH, fill=of("feedback")),
    "projects:feedback_answer": Door(None, ASKED, fill=of("feedback")),
    "projects:feedback_decline": Door(None, ASKED, fill=of("feedback")),
    "projects:feedback_undecline": Door(None, ASKED, fill=of("feedback")),
    "projects:feedback_confirm": Door(None, ASKED, fill=of("feedback")),
    "projects:feedback_withdraw": Door(None, SELF, fill=of("feedback")),
    "projects:feedback_put_back": Door(None, SELF, fill=of("feedback")),
    "projects:feedback_tell": Door(None, SELF, fill=of("feedback")),
    # Today and My standing
    "standing:today": Door(),
    "standing:waiting": Door(),
    "standing:mine": Door(),
    "standing:of": Door(ANAS, fill=of("ana")),
    "standing:take_away": Door(SELF, fill=of("ana")),
    "standing:comment": Door(None, ANAS, fill=of("ana")),
    "standing:correction": Door(None, SELF, fill=of("ana")),
    "standing:put_off": Door(SELF, SELF, fill=of("ana")),
    "standing:answer": Door(frozenset({"ben", "elif"}), frozenset({"ben", "elif"}), fill=of("correction")),
    "standing:take_back": Door(None, SELF, fill=of("correction")),
    "standing:put_back": Door(None, SELF, fill=of("correction")),
    "standing:take_up": Door(None, SELF, fill=of("put_off")),
}
