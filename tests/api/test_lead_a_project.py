"""A project led by a program, and what programs are not told: the map of people, others' hours and events."""

from __future__ import annotations

from datetime import date

from leanship.api import schema
from leanship.features.base.models import Event
from leanship.features.productivity.models import Series
from leanship.features.projects import standings
from tests.api.conftest import Caller, caller
from tests.features.projects import kit
from tests.features.world import World


def test_an_opportunity_becomes_a_project_with_its_parts(world: World, ben: Caller) -> None:
    given = {"title": "Lost labels", "seen": "Nine a day.", "team": world.uids["desk"], "take_up": True}
    made = ben.post("/projects", given)
    assert made.status_code == 201, made.content
    project = made.json()
    base = f"/projects/{project['uid']}"
    assert (project["leader"]["name"], project["taken_up"], project["stage"]) == (
        "Ben Okafor",
        True,
        "opportunity",
    )
    assert [(text["key"], text["text"]) for text in project["texts"]] == [("seen", "Nine a day.")]
    why = ben.post(f"{base}/whys", {"text": "The glue dries."}).json()
    below = ben.post(f"{base}/whys", {"text": "The lid stands open.", "below": why["uid"]}).json()
    assert below["below"] == why["uid"]
    trial = ben.post(
        f"{base}/trials", {"what": "A lid", "prediction": "Two a day.", "why": below["uid"]}
    ).json()
    done = ben.post(f"/trials/{trial['uid']}/result", {"result": "One a day.", "outcome": "otherwise"}).json()
    assert done["predicted_at"] <= done["result_at"] and done["prediction_changed_at"] is None
    item = {"what": "Buy lids", "owner": world.uids["ana"], "due_on": "2026-12-01"}
    assert ben.post(f"{base}/plan", item).json()["owner"]["name"] == "Ana Ruiz"
    moved = ben.post(f"{base}/stage", {"to": "change", "reason": "We know enough to act."}).json()
    assert [(move["former"], move["to"]) for move in moved["moves"]] == [("opportunity", "change")]
    listed = ben.get("/projects", mine=True, stage="change").json()["items"]
    assert [one["uid"] for one in listed] == [project["uid"]]
    assert Event.objects.filter(kind="project.moved", actor_id=world.cast.people["ben"].pk).count() == 1


def test_a_stale_version_is_told_with_what_stands_there(world: World) -> None:
    ana = caller(world.cast, "ana")
    path = f"/projects/{world.uids['project']}"
    version = ana.get(path).json()["version"]
    assert ana.patch(path, {"version": version, "title": "Faster refunds"}).status_code == 200
    answer = ana.patch(path, {"version": version, "title": "Refunds"})
    assert answer.status_code == 409
    assert answer.json()["theirs"]["title"] == "Faster refunds"


def test_a_team_or_owner_that_there_is_not_is_named(world: World, ben: Caller) -> None:
    answer = ben.post("/projects", {"title": "Lost labels", "seen": "Nine a day.", "team": "bcdfghjkmnpq"})
    assert answer.status_code == 422 and list(answer.json()["errors"]) == ["team"]
    item = {"what": "Buy lids", "owner": "bcdfghjkmnpq", "due_on": "2026-12-01"}
    answer = caller(world.cast, "ana").post(f"/projects/{world.uids['project']}/plan", item)
    assert answer.status_code == 422 and list(answer.json()["errors"]) == ["owner"]


def test_figures_of_a_saving_stay_where_none_is_given(world: World) -> None:
    ana = caller(world.cast, "ana")
    path = f"/savings/{world.uids['saving']}"
    before = ana.get(path).json()
    changed = ana.patch(path, {"version": before["version"], "forecast": 90_000}).json()
    assert (changed["forecast"], changed["actual"]) == (90_000, before["actual"])


def test_a_standing_in_projects_says_what_it_rests_on(world: World, ben: Caller) -> None:
    person = world.cast.people["ana"]
    kit.weeks_of(person, strategic=5)
    standings.refresh([person.pk], reason="tested")
    ana = caller(world.cast, "ana")
    (row,) = ana.get(f"/people/{person.uid}/standings", category="projects", current=True).json()["items"]
    mine, bens = (who.get(f"/standings/{row['uid']}").json() for who in (ana, ben))
    assert (mine["band"], mine["projects"]["led"], mine["projects"]["share"]["share"]) == ("meets", 2, "12.5")
    assert mine["projects"]["share"]["strategic"] == 13 * 5 * 3600
    # others get the share and no hours
    hidden = dict.fromkeys(("strategic", "tactical", "unclassified", "base"))
    assert bens["projects"]["share"] == mine["projects"]["share"] | hidden
    assert bens["projects"]["projects"] == mine["projects"]["projects"]
    where = ben.get(f"/people/{person.uid}/standing").json()
    assert [one["category"] for one in where["sectors"]] == ["productivity", "projects", "people"]


def test_a_share_is_told_to_the_line_and_an_event_to_nobody(world: World, ben: Caller) -> None:
    kit.weeks_of(world.cast.people["ana"], strategic=5)
    told = ben.get(f"/people/{world.uids['ana']}/time-share").json()
    assert (told["share"], told["target"], told["stands"]) == ("12.5", 10, "reached")
    assert {tuple(week) for week in told["weeks"]} == {("week", "share")}
    assert ben.get("/me/events").json()["total"] == 0
    ana = caller(world.cast, "ana")
    assert ana.get("/me/events", kind="").json()["total"] > 0
    answer = ben.post(f"/events/{world.uids['event']}/classify", {"kind": "tactical"})
    assert answer.status_code == 404


def test_the_map_and_feedback_have_no_operation() -> None:
    text = schema.text().casefold()
    for word in ("stakeholder", "stance", "persuasion", "feedback", "cares_about"):
        assert word not in text.replace("feedback asked of colleagues", "")


def test_a_measure_of_a_series_one_may_not_read_is_not_named(world: World) -> None:
    project = kit.project_of(world.cast.people["ana"], ("check", date(2026, 6, 1)), title="Calls")
    own = Series.objects.get(uid=world.uids["series"])
    kit.verdict(project, "improved", date(2026, 6, 1), series=own)
    told = {
        key: caller(world.cast, key).get(f"/projects/{project.uid}/result").json()["measures"][0]["series"]
        for key in ("ana", "ben", "dev", "farid")
    }
    assert told == {"ana": own.uid, "ben": own.uid, "dev": None, "farid": None}
