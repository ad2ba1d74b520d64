"""The administrators' pages, and how far a job is for whoever started it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from leanship.features.base import clock
from leanship.features.base.errors import Conflict, Refused
from leanship.features.base.models import Event
from leanship.features.jobs import actions, housekeeping, queries, queue, running, schedule
from leanship.features.jobs.models import Job
from leanship.features.jobs.registry import JobFailed, Run
from tests.cast import Cast
from tests.features.jobs.kinds import registered

LIVE = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "jobs"}


@pytest.fixture
def greta(cast: Cast, client: Client) -> Client:
    client.force_login(cast.users["greta"])
    return client


def failing(run: Run, **params: int) -> None:
    raise JobFailed("The calendar did not answer.", final=True)


def failed(key: str = "") -> Job:
    with registered(failing) as name:
        job = queue.put(name, key=key, calendar_id=12)
        queue.run_all()
    return job


def text(client: Client, query: str = "", **headers: str) -> str:
    answer = client.get(reverse("jobs:list") + query, **headers)  # type: ignore[arg-type]
    assert answer.status_code == 200
    return str(answer.content.decode())


def state(job: Job) -> str:
    return queries.state_of(Job.objects.select_related("ticket").get(pk=job.pk))


def test_a_failed_job_stands_there_with_its_reason_and_ids_alone(greta: Client) -> None:
    job = failed()
    page = text(greta)
    assert "The calendar did not answer." in page
    assert "calendar_id 12" in page
    assert reverse("jobs:job", args=[job.uid]) in page
    assert 'hx-trigger="every 3s"' not in page  # nothing runs, so nothing is asked again


def test_while_something_runs_the_list_renews_itself(greta: Client) -> None:
    with registered(lambda run: None) as name:
        queue.put(name)
        job = running.claim("one")
        assert job is not None
        Job.objects.filter(pk=job.pk).update(done=1500, total=3000)
        page = text(greta, "?state=running")
        assert 'hx-trigger="every 3s"' in page
        assert 'hx-get="/organisation/jobs/?state=running"' in page
        assert "1,500 of 3,000" in page
        part = text(greta, "?state=running", **LIVE)
        assert "<html" not in part and 'id="jobs-summary" hx-swap-oob="true"' in part
        running.finish(job)
        assert "every 3s" not in text(greta, "?state=running", **LIVE)


def test_what_is_done_is_left_out_until_it_is_asked_for(greta: Client) -> None:
    with registered(lambda run: None, "test.other") as name:
        job = queue.put(name)
        queue.run_all()
    assert job.uid not in text(greta)
    assert "Nothing is waiting" in text(greta)
    for query in ("?state=done", "?state=all", f"?state=all&q={job.uid}", "?state=all&q=test.oth"):
        assert job.uid in text(greta, query)
    assert job.uid not in text(greta, "?state=failed")
    assert job.uid not in text(greta, "?state=all&q=nowhere")


def test_the_list_is_a_file_too(greta: Client) -> None:
    job = failed()
    answer = greta.get(reverse("jobs:list"), {"format": "csv"})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("id,job,about,state,")
    assert lines[1].startswith(f"{job.uid},test.work,calendar_id 12,failed,1,")


def test_schedules_say_when_they_were_and_will_be(greta: Client) -> None:
    assert "not yet" in text(greta)
    schedule.fire()
    queue.run_all()
    page = text(greta)
    for words in (
        "Forget old sessions and old jobs",
        "every day after midnight",
        "Bring standings up to date",
    ):
        assert words in page


def test_where_nobody_takes_what_is_due_the_page_says_so(greta: Client, settings: Any) -> None:
    queue.put(housekeeping.TIDY)
    assert "Is there a worker?" not in text(greta)
    settings.LEANSHIP_NOW = (clock.now() + timedelta(minutes=3)).isoformat()
    assert "Is there a worker?" in text(greta)


def test_a_failed_one_is_tried_again_with_all_its_retries(greta: Client, cast: Cast) -> None:
    job = failed("calendar-12")
    answer = greta.post(reverse("jobs:try_again", args=[job.uid]))
    assert answer.status_code == 303 and answer.url == reverse("jobs:job", args=[job.uid])
    assert state(job) == "waiting"
    with registered(lambda run, **params: None):
        assert queue.run_all() == 1
    assert state(job) == "done"
    page = greta.get(answer.url).content.decode()
    assert "Tried again by Greta" in page
    again = greta.post(reverse("jobs:try_again", args=[job.uid]), follow=True).content.decode()
    assert "This job has not failed" in again


def test_one_that_waits_for_its_retry_goes_now(greta: Client) -> None:
    def work(run: Run) -> None:
        raise ValueError

    with registered(work) as name:
        job = queue.put(name)
        queue.run_all()
        assert "Try again now" in greta.get(reverse("jobs:job", args=[job.uid])).content.decode()
        greta.post(reverse("jobs:try_again", args=[job.uid]))
        assert queue.run_all() == 1


def test_it_is_not_tried_again_where_the_same_waits_already(greta: Client, cast: Cast) -> None:
    job = failed("calendar-12")
    with registered(failing) as name:
        queue.put(name, key="calendar-12", calendar_id=12)
    with pytest.raises(Conflict, match="waiting already"):
        actions.try_again(cast.actors["greta"], job)


def test_a_failed_one_can_be_left_and_that_be_undone(greta: Client) -> None:
    job = failed()
    answer = greta.post(reverse("jobs:leave", args=[job.uid]))
    assert state(job) == "left"
    assert f'id="job-{job.uid}"' not in text(greta)
    (message,) = get_messages(answer.wsgi_request)
    greta.post(message.extra_tags)
    assert state(job) == "failed"
    kinds = list(Event.objects.filter(subject_kind="job").order_by("id").values_list("kind", flat=True))
    assert kinds == ["job.left", "job.taken_up"]


def test_one_that_waits_cannot_be_left(greta: Client, cast: Cast) -> None:
    job = queue.put(housekeeping.TIDY)
    with pytest.raises(Conflict):
        actions.leave(cast.actors["greta"], job)


@pytest.mark.parametrize("act", [actions.try_again, actions.leave, actions.take_up])
def test_nobody_but_administrators_does_that(cast: Cast, act: Any) -> None:
    job = failed()
    for key in ("ana", "ben", "elif"):
        with pytest.raises(Refused):
            act(cast.actors[key], job)


def test_whoever_started_a_job_follows_it_and_nobody_else(cast: Cast, client: Client) -> None:
    with registered(lambda run: None) as name:
        job = queue.put(name, key="calendar-12", owner_id=cast.people["ana"].pk)
        mine = queries.progress_of("calendar-12", cast.actors["ana"])
        assert mine is not None and mine.followed
        theirs = queries.progress_of("calendar-12", cast.actors["ben"])
        assert theirs is not None and not theirs.followed
        client.force_login(cast.users["ana"])
        address = reverse("jobs:progress", args=[job.uid])
        part = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": f"job-progress-{job.uid}"}
        first = client.get(address, **part).content.decode()  # type: ignore[arg-type]
        assert f'hx-get="{address}"' in first and "waiting to begin" in first and "<html" not in first
        held = running.claim("one")
        assert held is not None
        Job.objects.update(done=1, total=4)
        second = client.get(address, **part).content.decode()  # type: ignore[arg-type]
        assert 'value="1" max="4"' in " ".join(second.split())
        running.finish(held)
        last = client.get(address, **part).content.decode()  # type: ignore[arg-type]
        assert "hx-get" not in last and "Show what came of it" in last
        assert "<html" in client.get(address).content.decode()  # and a page without JavaScript
    client.force_login(cast.users["ben"])
    assert client.get(address).status_code == 403


def test_administrators_find_the_way(greta: Client, client: Client, cast: Cast) -> None:
    for view in ("org:home", "accounts:settings"):
        assert reverse("jobs:list") in greta.get(reverse(view)).content.decode()
    client.force_login(cast.users["elif"])
    for view in ("org:home", "accounts:settings"):
        assert reverse("jobs:list") not in client.get(reverse(view)).content.decode()
