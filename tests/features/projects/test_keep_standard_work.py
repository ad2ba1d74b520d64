"""Standard work: a short list of one's own, ticked or not, never rated."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from leanship.features.base.errors import Conflict, Invalid, NotFound
from leanship.features.base.models import Event, Standing
from leanship.features.projects.actions import routines as actions
from leanship.features.projects.models import Routine, RoutineTick
from leanship.features.projects.queries import routines as queries
from tests.cast import Cast

SUNDAY = date(2026, 11, 22)
FRIDAY = date(2026, 11, 20)


@pytest.fixture
def ana(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.users["ana"], backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def walk(cast: Cast) -> Routine:
    return actions.add_routine(cast.actors["ana"], text="Walk through the desk")


def texts(cast: Cast) -> list[str]:
    return [row.text for row in queries.today(cast.actors["ana"], SUNDAY).daily]


def test_a_tick_is_of_the_day_or_of_the_week(cast: Cast, walk: Routine) -> None:
    talk = actions.add_routine(cast.actors["ana"], text="One long talk", cadence="week")
    for one in (walk, talk):
        actions.tick(cast.actors["ana"], routine=one, on=FRIDAY, done=True)
        actions.tick(cast.actors["ana"], routine=one, on=FRIDAY, done=True)
    on_friday = queries.today(cast.actors["ana"], FRIDAY)
    assert ([row.done for row in on_friday.daily], [row.done for row in on_friday.weekly]) == ([True], [True])
    on_sunday = queries.today(cast.actors["ana"], SUNDAY)
    assert ([row.done for row in on_sunday.daily], [row.done for row in on_sunday.weekly]) == (
        [False],
        [True],
    )
    assert [row.text for row in on_sunday.open] == ["Walk through the desk"]


def test_a_tick_can_be_taken_back(cast: Cast, walk: Routine, ana: Client) -> None:
    for done, count in (("1", 1), ("0", 0)):
        answer = ana.post(f"/projects/routines/{walk.uid}/tick/", {"done": done})
        assert (answer.status_code, RoutineTick.objects.count()) == (303, count)


def test_a_tick_answers_with_the_list_in_place(walk: Routine, ana: Client) -> None:
    answer = ana.post(
        f"/projects/routines/{walk.uid}/tick/",
        {"done": "1"},
        headers={"HX-Request": "true", "HX-Target": "routines"},
    )
    text = answer.content.decode()
    assert 'aria-pressed="true"' in text
    assert "<html" not in text


def test_the_strip_shows_four_weeks_of_working_days(cast: Cast, walk: Routine) -> None:
    for day in (FRIDAY, date(2026, 11, 21), date(2026, 10, 26), date(2026, 10, 30)):
        actions.tick(cast.actors["ana"], routine=walk, on=day, done=True)
    (row,) = queries.today(cast.actors["ana"], FRIDAY).daily
    # from Monday 2 November to Friday 20 November and the week before it: 20 working days
    assert len(row.strip) == 20
    assert [box.done for box in row.strip].count(True) == 3
    assert row.strip_says == "done on 3 days of the last four weeks"
    (row,) = queries.today(cast.actors["ana"], SUNDAY).daily
    # a Saturday on which it was done is shown, and today, though it is a Sunday
    assert len(row.strip) == 22
    assert row.strip[-1].now


def test_the_order_is_ones_own(cast: Cast, walk: Routine, ana: Client) -> None:
    for text in ("Look at the board", "Ask one person"):
        actions.add_routine(cast.actors["ana"], text=text)
    last = Routine.objects.get(text="Ask one person")
    ana.post(f"/projects/routines/{last.uid}/move/", {"way": "up"})
    assert texts(cast) == ["Walk through the desk", "Ask one person", "Look at the board"]
    actions.move_routine(cast.actors["ana"], routine=walk, up=True)
    assert texts(cast)[0] == "Walk through the desk"
    actions.move_routine(cast.actors["ana"], routine=walk, up=False)
    assert texts(cast)[0] == "Ask one person"


def test_putting_away_keeps_the_ticks_and_can_be_undone(cast: Cast, walk: Routine, ana: Client) -> None:
    actions.tick(cast.actors["ana"], routine=walk, on=SUNDAY, done=True)
    page = ana.post(f"/projects/routines/{walk.uid}/archive/", follow=True).content.decode()
    assert f'action="/projects/routines/{walk.uid}/restore/"' in page
    assert texts(cast) == []
    ana.post(f"/projects/routines/{walk.uid}/restore/")
    (row,) = queries.today(cast.actors["ana"], SUNDAY).daily
    assert row.done


def test_another_rhythm_begins_anew_and_a_stale_form_is_told_so(
    cast: Cast, walk: Routine, ana: Client
) -> None:
    actions.tick(cast.actors["ana"], routine=walk, on=SUNDAY, done=True)
    stale = walk.version
    actions.edit_routine(
        cast.actors["ana"], routine=walk, version=stale, text="Walk", cadence=Routine.Cadence.WEEK
    )
    assert RoutineTick.objects.count() == 0
    with pytest.raises(Conflict):
        actions.edit_routine(cast.actors["ana"], routine=walk, version=stale, text="x", cadence="day")
    answer = ana.post(
        f"/projects/routines/{walk.uid}/", {"text": "Mine", "cadence": "day", "version": str(stale)}
    )
    assert answer.status_code == 409
    assert "It now says: Walk" in answer.content.decode()


def test_a_list_stays_short(cast: Cast, ana: Client) -> None:
    for number in range(actions.MOST):
        actions.add_routine(cast.actors["ana"], text=f"Routine {number}")
    answer = ana.post("/projects/routines/", {"text": "One more", "cadence": "day"})
    assert answer.status_code == 422
    assert "20 are enough" in answer.content.decode()
    with pytest.raises(Invalid):
        actions.add_routine(cast.actors["ben"], text="  ")


@pytest.mark.parametrize("key", ["ben", "elif", "greta"])
def test_nobody_else_sees_it_and_nobody_is_rated_by_it(cast: Cast, walk: Routine, key: str) -> None:
    client = Client()
    client.force_login(cast.users[key], backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/projects/routines/{walk.uid}/").status_code == 404
    assert "Walk through" not in client.get("/projects/routines/").content.decode()
    with pytest.raises(NotFound):
        actions.tick(cast.actors[key], routine=walk, on=SUNDAY, done=True)
    actions.tick(cast.actors["ana"], routine=walk, on=SUNDAY, done=True)
    assert not Standing.objects.exists()
    assert all(event.params == {} for event in Event.objects.filter(subject_kind="routine"))


def test_the_page_says_that_it_is_never_rated(ana: Client, walk: Routine) -> None:
    text = ana.get("/projects/routines/").content.decode()
    assert "It is never rated" in text
    assert "only you" in text
