"""Run inside the demo by `company.build`: prints sessions and uids as one JSON object."""

import json
from datetime import date

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from leanship.connect import uploads
from leanship.demo.cast import CAST
from leanship.domain.periods import Cadence, code
from leanship.features.accounts.actions import create_sign_in_link, create_token
from leanship.features.accounts.middleware import actor_of
from leanship.features.accounts.models import User
from leanship.features.base.models import Comment, ImportBatch, Standing
from leanship.features.jobs import housekeeping, queue
from leanship.features.org.access import SYSTEM
from leanship.features.org.actions import add_absence
from leanship.features.org.models import Person, Team
from leanship.features.productivity.actions import add_note
from leanship.features.productivity.models import Kpi, Measurement, Series
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
link = create_sign_in_link(SYSTEM, users["dev"])
standing = Standing.objects.filter(subject_kind="series", subject_id=own.pk, is_current=True).latest(
    "ordinal"
)
uids = {key: user.person.uid for key, user in users.items()} | {
    "desk": desk.uid,
    "kpi": Kpi.objects.get(pk=own.kpi_id).uid,
    "series": own.uid,
    "team_series": team.uid,
    "ben_series": series_of(users["ben"].person, "lead time").uid,
    "standing": standing.uid,
    "note": note.uid,
    "absence": absence.uid,
    "token": token.uid,
    "batch": ImportBatch.objects.latest("pk").uid,
    "correction": Comment.objects.filter(about_id=ana.pk, answered_at=None).latest("pk").uid,
    "put_off": put_off.uid,
    "account": users["ana"].uid,
    "upload": upload.uid,
    "job": job.uid,
    "period": code(Cadence(own.kpi.cadence), latest(own)),
    "link": link.rstrip("/").rpartition("/")[2],
}
print(json.dumps({"sessions": {key: session(user) for key, user in users.items()}, "uids": uids}))
