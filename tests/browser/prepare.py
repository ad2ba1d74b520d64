"""Run inside the demo by `company.build`: prints sessions and uids as one JSON object."""

import json
from datetime import UTC, date, datetime

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from leanship.connect import uploads
from leanship.demo.calendars import file as calendar_file
from leanship.demo.cast import CAST
from leanship.domain.periods import Cadence, code
from leanship.features.accounts.actions import create_sign_in_link, create_token
from leanship.features.accounts.middleware import actor_of
from leanship.features.accounts.models import User
from leanship.features.base import clock
from leanship.features.base.models import Comment, ImportBatch, Standing
from leanship.features.jobs import housekeeping, queue
from leanship.features.org.access import SYSTEM
from leanship.features.org.actions import add_absence
from leanship.features.org.models import Person, Team
from leanship.features.productivity.actions import add_note
from leanship.features.productivity.models import Kpi, Measurement, Series
from leanship.features.projects import standings as projects_standings
from leanship.features.projects.actions.calendars import add_calendar_file
from leanship.features.projects.actions.causes import add_why
from leanship.features.projects.actions.feedback import ask
from leanship.features.projects.actions.people import enter_stance, let_read, note_step, put_on_map
from leanship.features.projects.actions.plan import add_plan_item
from leanship.features.projects.actions.portfolio import find_what_fits, save_portfolio, start_portfolio
from leanship.features.projects.actions.project import add_member, raise_opportunity
from leanship.features.projects.actions.results import fix_measure, judge_now
from leanship.features.projects.actions.routines import add_routine, tick
from leanship.features.projects.actions.talk import add_file, comment
from leanship.features.projects.actions.time_rules import add_rule
from leanship.features.projects.actions.trials import add_trial, record_result
from leanship.features.projects.actions.working_time import set_working_time
from leanship.features.projects.actions.writing import write_section
from leanship.features.projects.portfolio_given import CandidateGiven, CapacityGiven
from leanship.features.savings import actions as savings
from leanship.features.standing.actions import put_off_step

users = {key: User.objects.select_related("person").get(username=each.email) for key, each in CAST.items()}
actors = {key: actor_of(user) for key, user in users.items()}
ana = users["ana"].person


def session(user: User) -> str:
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def series_of(subject: Person | Team, kpi: str = "") -> Series:
    rows = Series.objects.select_related("kpi").order_by("pk")
    rows = rows.filter(team=subject) if isinstance(subject, Team) else rows.filter(person=subject)
    found = rows.filter(kpi__name__contains=kpi).first()
    assert found is not None, (subject, kpi)
    return found


def latest(series: Series) -> int:
    return Measurement.objects.filter(series=series).latest("ordinal").ordinal


desk = Team.objects.get(name="Order desk")
own, team = series_of(ana), series_of(desk)
note = add_note(actors["ana"], own, ordinal=latest(own), text="Two orders of this period came by telephone.")
absence = add_absence(actors["elif"], person=ana, first_day=date(2026, 12, 21), last_day=date(2026, 12, 23))
token, _text = create_token(actors["ana"], name="notebook")
put_off = put_off_step(
    actors["ana"],
    person=ana,
    step="enter_values",
    about_uid=own.uid,
    reason="They come on Friday.",
    until=date(2026, 11, 28),
)
upload = uploads.keep(
    actors["elif"],
    kind="people",
    filename="people.csv",
    chunks=[b"id,name,title,reports_to\n1,Ada Moe,Lead,\n2,Bo Dahl,Buyer,1\n2,Bo Dahl,Buyer,7\n"],
    options={},
)
job = queue.put(housekeeping.TIDY, owner_id=ana.pk)
# Ana's time: the calendar that Ben has, read, a rule, and working hours
calendar = add_calendar_file(
    actors["ana"], person=ana, name="Office", chunks=[calendar_file("ben", date(2026, 11, 22))]
)
queue.run_all()
rule = add_rule(actors["ana"], person=ana, field="title", pattern="planning", kind="strategic")
worked = set_working_time(
    actors["ana"], person=ana, minutes_per_week=2_400, no_target=False, valid_from=date(2026, 1, 1)
)
link = create_sign_in_link(SYSTEM, users["dev"])
standing = Standing.objects.filter(subject_kind="series", subject_id=own.pk, is_current=True).latest(
    "ordinal"
)
mapped = raise_opportunity(
    actors["ana"], title="Orders read once", seen="Every third order is typed a second time.", take_up=True
)
on_map = put_on_map(
    actors["ana"], project=mapped, person=users["dev"].person, cares_about="An early train home."
)
for when, word, note_text in (
    (date(2026, 9, 1), "doubtful", "Tried that in 2023, he said."),
    (date(2026, 11, 2), "for", "Showed it to the afternoon shift."),
):
    stance = enter_stance(
        actors["ana"], stakeholder=on_map, stance=word, influence=2, basis="said", note=note_text, on=when
    )
step = note_step(actors["ana"], stakeholder=on_map, kind="tried_together", on=date(2026, 9, 14))
put_on_map(
    actors["ana"],
    project=mapped,
    person=users["ben"].person,
    stance="neutral",
    influence=3,
    basis="said",
    note="Wants to see two weeks of it.",
    on=date(2026, 9, 3),
)
let_read(actors["ana"], project=mapped, person=users["farid"].person)
(feedback,) = ask(
    actors["ana"], project=mapped, people=[users["dev"].person], question="What does the new sheet lack?"
)
# a project of Ana's with something of everything on its page; Dev works on it, Ben has something to do
project = raise_opportunity(
    actors["ana"],
    title="Returned orders wait a week for their refund",
    seen="On Monday nine parcels stood at the gate, the oldest for six days.",
    serves="client",
    serves_whom="Clients who send goods back",
    team=desk,
    take_up=True,
)
add_member(actors["ana"], project=project, person=users["dev"].person)
for text in ("Refunds take six days.", "Refunds take six days; the longest took nineteen."):
    write_section(actors["ana"], project=project, key="current_state", text=text)
first_why = add_why(actors["ana"], project=project, text="Nobody knows that a parcel has come back.")
add_why(actors["ana"], project=project, text="The bank is slow.", below=first_why, finding="ruled_out")
why = add_why(
    actors["ana"],
    project=project,
    text="The gate writes returns on paper.",
    below=first_why,
    evidence="The list hangs at the gate.",
    finding="root",
)
told = add_trial(actors["ana"], project=project, what="A photograph of the list every day at three", why=why)
record_result(actors["ana"], trial=told, result="3.4 days", outcome="otherwise", learned="Too seldom.")
trial = add_trial(
    actors["ana"], project=project, what="A scanner at the gate", prediction="Two days.", kind="prototype"
)
for day in (date(2026, 11, 18), date(2026, 12, 4)):
    item = add_plan_item(
        actors["ana"], project=project, what="A shelf at the gate", owner=users["ben"].person, due_on=day
    )
said = comment(actors["ana"], project=project, text="The gate likes the idea.")
file = add_file(actors["ana"], project=project, name="gate.txt", content=b"nine parcels")
# its result, and what it saves: Farid has confirmed one saving and is asked about another
with clock.held_at(datetime(2026, 6, 20, 9, tzinfo=UTC)):
    fix_measure(
        actors["ana"], project=project, series=own, change_on=date(2026, 6, 29), check_on=date(2026, 9, 7)
    )
check = judge_now(actors["ana"], project=project)
saving, confirmed = (
    savings.claim(
        actors["ana"],
        source_kind="project",
        source_uid=project.uid,
        kind=kind,
        per="year",
        figures={"target": 900_000, "forecast": 700_000, "actual": actual},
    )
    for kind, actual in (("money", 640_000), ("hours", 7_230))
)
farid = users["farid"].person
savings.confirm(
    actors["farid"], confirmation=savings.ask(actors["ana"], saving=confirmed, asked=farid), reason="Counted."
)
question = savings.ask(actors["ana"], saving=saving, asked=farid)
portfolio = start_portfolio(actors["ana"], name="First half of 2027")
save_portfolio(
    actors["ana"],
    portfolio=portfolio,
    version=portfolio.version,
    name=portfolio.name,
    capacities=[CapacityGiven("n1", "January", 2_400)],
    candidates=[
        CandidateGiven("n1", "Labels alike", 950_000, {"n1": 1_440}),
        CandidateGiven("n2", "A second printer", 400_000, {"n1": 1_200}, excludes=("Labels alike",)),
    ],
)
find_what_fits(actors["ana"], portfolio=portfolio)
routine = add_routine(actors["ana"], text="Look at the waiting returns")
tick(actors["ana"], routine=routine, on=date(2026, 11, 20), done=True)
projects_standings.refresh([ana.pk], reason="time_changed")
queue.run_all()
mine = Standing.objects.filter(subject_kind="person", subject_id=ana.pk, category="projects", is_current=True)
in_projects = mine.latest("ordinal")
uids = {key: user.person.uid for key, user in users.items()} | {
    "desk": desk.uid,
    "kpi": Kpi.objects.get(pk=own.kpi_id).uid,
    "series": own.uid,
    "team_series": team.uid,
    "ben_series": series_of(users["ben"].person, "lead time").uid,
    "project": project.uid,
    "why": why.uid,
    "trial": trial.uid,
    "plan_item": item.uid,
    "said": said.uid,
    "file": file.uid,
    "check": check.uid,
    "saving": saving.uid,
    "confirmed": confirmed.uid,
    "confirmation": question.uid,
    "mapped": mapped.uid,
    "on_map": on_map.uid,
    "stance": stance.uid,
    "step": step.uid,
    "feedback": feedback.uid,
    "standing": standing.uid,
    "note": note.uid,
    "absence": absence.uid,
    "token": token.uid,
    "batch": ImportBatch.objects.latest("pk").uid,
    "correction": Comment.objects.filter(about_id=ana.pk, answered_at=None).latest("pk").uid,
    "put_off": put_off.uid,
    "account": users["ana"].uid,
    "calendar": calendar.uid,
    "event": calendar.occurrences.latest("starts_at").uid,
    "rule": rule.uid,
    "working_time": str(worked.pk),
    "upload": upload.uid,
    "job": job.uid,
    "portfolio": portfolio.uid,
    "routine": routine.uid,
    "projects_standing": in_projects.uid,
    "period": code(Cadence(own.kpi.cadence), latest(own)),
    "link": link.rstrip("/").rpartition("/")[2],
}
print(json.dumps({"sessions": {key: session(user) for key, user in users.items()}, "uids": uids}))
