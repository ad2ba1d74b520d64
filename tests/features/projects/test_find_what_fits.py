"""What fits: a portfolio is filled, asked about, and answered by a job; only its owner ever sees it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leanship.cli import main
from leanship.features.base.errors import Conflict, Invalid, NotFound
from leanship.features.base.models import Event
from leanship.features.jobs import queue
from leanship.features.jobs.models import Job
from leanship.features.projects.actions import portfolio as actions
from leanship.features.projects.jobs import portfolio as jobs
from leanship.features.projects.models import Candidate, FitRun, Portfolio, Project
from leanship.features.projects.portfolio_given import CandidateGiven, CapacityGiven, read_rows
from leanship.features.projects.queries import portfolio as queries
from tests.cast import Cast

HOUR = 60
CAPACITIES = [CapacityGiven("n1", "2027-01", 45 * HOUR), CapacityGiven("n2", "2027-02", 100 * HOUR)]
CANDIDATES = [
    CandidateGiven("n1", "Setup times", 800_010, {"n1": 40 * HOUR, "n2": 20 * HOUR}),
    CandidateGiven("n2", "Labels", 70_600, {"n1": 5 * HOUR}),
    CandidateGiven("n3", "Store", 700_000, {"n1": 30 * HOUR, "n2": 40 * HOUR}, excludes=("Labels",)),
    CandidateGiven("n4", "Scanner", 900_000, {"n1": 1 * HOUR}, requires=("Store",)),
]


@pytest.fixture
def portfolio(cast: Cast) -> Portfolio:
    made = actions.start_portfolio(cast.actors["ana"], name="First half of 2027")
    return filled(cast, made)


def filled(cast: Cast, portfolio: Portfolio, count: int = len(CANDIDATES)) -> Portfolio:
    return actions.save_portfolio(
        cast.actors["ana"],
        portfolio=portfolio,
        version=portfolio.version,
        name=portfolio.name,
        capacities=CAPACITIES,
        candidates=CANDIDATES[:count],
    )


@pytest.fixture
def ana(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.users["ana"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def sent(portfolio: Portfolio, **changes: str) -> dict[str, Any]:
    """What the grid of a page sends, as it stands, with changes."""
    currency = "EUR"
    page = queries.portfolio_page(actor_of(portfolio), portfolio.uid, currency)
    cells = {cell.name: cell.value for row in (*page.capacities, *page.candidates) for cell in row.cells}
    return {
        "version": str(page.version),
        "name": page.name.value,
        "capacity": [row.key for row in page.capacities],
        "candidate": [row.key for row in page.candidates],
        **cells,
        **changes,
    }


def actor_of(portfolio: Portfolio) -> Any:
    from leanship.features.org.access import Actor

    return Actor(portfolio.owner_id)


def keys(portfolio: Portfolio) -> dict[str, int]:
    return dict(portfolio.candidates.values_list("name", "pk"))


def test_the_answer_comes_from_a_job_with_its_proof(cast: Cast, portfolio: Portfolio, ana: Client) -> None:
    answer = ana.post(f"/projects/fit/{portfolio.uid}/", sent(portfolio, find="1"))
    assert (answer.status_code, answer["Location"]) == (303, f"/projects/fit/{portfolio.uid}/")
    assert Job.objects.get(name=actions.FIT).owner_id == cast.people["ana"].pk
    assert "waiting to begin" in ana.get(f"/projects/fit/{portfolio.uid}/").content.decode()
    queue.run_all()
    text = ana.get(f"/projects/fit/{portfolio.uid}/").content.decode()
    assert "Proven: 16,000" in text
    assert "waiting to begin" not in text
    page = queries.portfolio_page(cast.actors["ana"], portfolio.uid, "EUR")
    assert page.answer is not None
    assert [row.name for row in page.answer.chosen] == ["Scanner", "Store"]
    out = {row.name: row.why for row in page.answer.out}
    assert out["Labels"] == ("cannot go with Store",)
    assert len(out["Setup times"]) == 1
    assert "of 2027-01 are missing" in out["Setup times"][0]
    assert not page.answer.earlier


def test_one_more_hour_is_an_hour_and_drawn(cast: Cast) -> None:
    made = actions.start_portfolio(cast.actors["ana"], name="Tight")
    actions.save_portfolio(
        cast.actors["ana"],
        portfolio=made,
        version=made.version,
        name="Tight",
        capacities=[CapacityGiven("n1", "May", 90)],
        candidates=[CandidateGiven("n1", "A", 5_00, {"n1": 90}), CandidateGiven("n2", "B", 3_00, {"n1": 30})],
    )
    actions.find_what_fits(cast.actors["ana"], portfolio=made)
    queue.run_all()
    answer = queries.portfolio_page(cast.actors["ana"], made.uid, "EUR").answer
    assert answer is not None
    assert [row.one_more for row in answer.capacities] == ["3\N{NO-BREAK SPACE}EUR"]
    assert answer.chart is not None
    assert "One more hour of May is worth" in answer.chart_says


def test_a_changed_portfolio_says_that_its_answer_is_of_an_earlier_one(
    cast: Cast, portfolio: Portfolio
) -> None:
    actions.find_what_fits(cast.actors["ana"], portfolio=portfolio)
    queue.run_all()
    Candidate.objects.filter(name="Labels").update(value=1)
    page = queries.portfolio_page(cast.actors["ana"], portfolio.uid, "EUR")
    assert page.answer is not None
    assert page.answer.earlier
    assert "70" in next(row.value for row in page.answer.out if row.name == "Labels")


def test_asking_again_replaces_what_waits(cast: Cast, portfolio: Portfolio) -> None:
    for _ in range(3):
        actions.find_what_fits(cast.actors["ana"], portfolio=portfolio)
    assert (FitRun.objects.count(), Job.objects.filter(name=actions.FIT).count()) == (1, 1)
    queue.run_all()
    result = FitRun.objects.get().result
    assert result is not None
    assert result["status"] == "optimal"


def test_a_search_that_ends_too_early_says_how_far_off_it_can_be(
    cast: Cast, portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = jobs.answer
    monkeypatch.setattr(
        jobs, "answer", lambda question: {**real(question), "status": "feasible", "bound": 1_700_000}
    )
    actions.find_what_fits(cast.actors["ana"], portfolio=portfolio)
    queue.run_all()
    answer = queries.portfolio_page(cast.actors["ana"], portfolio.uid, "EUR").answer
    assert answer is not None
    assert not answer.proven
    assert "17,000" in answer.proof
    assert "1,000" in answer.proof


def test_nothing_to_choose_from_is_said(cast: Cast) -> None:
    made = actions.start_portfolio(cast.actors["ana"], name="Empty")
    with pytest.raises(Invalid, match="what could be done"):
        actions.find_what_fits(cast.actors["ana"], portfolio=made)


def test_the_grid_writes_what_was_typed(portfolio: Portfolio, ana: Client) -> None:
    pk = keys(portfolio)["Labels"]
    months = {one.name: one.pk for one in portfolio.capacities.all()}
    changes = {
        f"value_{pk}": "1,234.50",
        f"h_{pk}_{months['2027-02']}": "2:30",
        "candidate_n1": "Night shift",
        "value_n1": "-500",
        f"h_n1_{months['2027-01']}": "7.5",
        "requires_n1": "Labels; Store",
        "capacity_n1": "2027-03",
        "hours_n1": "12",
    }
    assert ana.post(f"/projects/fit/{portfolio.uid}/", sent(portfolio, **changes)).status_code == 303
    found = {one.name: one for one in read_rows(portfolio).question().candidates}
    assert (found["Labels"].value, found["Labels"].minutes) == (123_450, {"2027-01": 300, "2027-02": 150})
    assert (found["Night shift"].value, found["Night shift"].minutes) == (-50_000, {"2027-01": 450})
    assert set(found["Night shift"].requires) == {"Labels", "Store"}
    assert found["Labels"].excludes == ("Store",)
    assert [one.minutes for one in portfolio.capacities.all()] == [2700, 6000, 720]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"candidate_n1": "labels", "value_n1": "1"}, "labels is there already."),
        ({"candidate_n1": "New", "value_n1": ""}, "Say what it is worth a year"),
        ({"candidate_n1": "New", "value_n1": "much"}, "is not a number"),
        ({"candidate_n1": "New", "value_n1": "1", "requires_n1": "Nobody"}, "There is no Nobody"),
        ({"candidate_n1": "New", "value_n1": "1", "excludes_n1": "New"}, "cannot name itself"),
        ({"capacity_n1": "2027-03", "hours_n1": "-3"}, "give 0 or more"),
        ({"capacity_n1": "", "hours_n1": "3"}, "Give it a name"),
        ({"name": " "}, "cannot be empty"),
    ],
)
def test_what_cannot_be_is_said_beside_its_cell(
    portfolio: Portfolio, ana: Client, changes: Mapping[str, str], message: str
) -> None:
    before = read_rows(portfolio).question()
    answer = ana.post(f"/projects/fit/{portfolio.uid}/", sent(portfolio, **changes))
    assert answer.status_code == 422
    assert message in answer.content.decode().replace("&#x27;", "'")
    assert 'aria-invalid="true"' in answer.content.decode()
    assert read_rows(portfolio).question() == before


def test_a_stale_grid_is_told_so_and_keeps_what_was_typed(
    cast: Cast, portfolio: Portfolio, ana: Client
) -> None:
    stale = sent(portfolio, candidate_n1="Night shift", value_n1="5")
    actions.take_in(cast.actors["ana"], portfolio=portfolio, capacities=[], candidates=[])
    answer = ana.post(f"/projects/fit/{portfolio.uid}/", stale)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "changed meanwhile" in text
    assert 'value="Night shift"' in text
    assert not portfolio.candidates.filter(name="Night shift").exists()
    with pytest.raises(Conflict):
        actions.save_portfolio(
            cast.actors["ana"], portfolio=portfolio, version=1, name="x", capacities=[], candidates=[]
        )


@pytest.mark.parametrize("kind", ["candidate", "capacity"])
def test_what_is_taken_out_can_be_put_back(portfolio: Portfolio, ana: Client, kind: str) -> None:
    before = read_rows(portfolio).question()
    pk = keys(portfolio)["Store"] if kind == "candidate" else portfolio.capacities.get(name="2027-01").pk
    page = ana.post(f"/projects/fit/{portfolio.uid}/remove/", {kind: str(pk)}, follow=True)
    assert read_rows(portfolio).question() != before
    text = page.content.decode()
    undo = text.split('class="toast ')[1].split('action="')[1].split('"')[0].replace("&amp;", "&")
    ana.post(undo)
    after = read_rows(portfolio).question()
    assert {one.name: set(one.minutes.items()) for one in after.candidates} == {
        one.name: set(one.minutes.items()) for one in before.candidates
    }
    assert {(one.name, frozenset(one.excludes), frozenset(one.requires)) for one in after.candidates} == {
        (one.name, frozenset(one.excludes), frozenset(one.requires)) for one in before.candidates
    }
    assert "is there again already" in ana.post(undo, follow=True).content.decode()


def test_a_portfolio_can_be_put_away_and_taken_out_again(portfolio: Portfolio, ana: Client) -> None:
    ana.post(f"/projects/fit/{portfolio.uid}/archive/")
    assert "First half of 2027" not in ana.get("/projects/fit/").content.decode().split("toast")[0]
    assert "First half of 2027" in ana.get("/projects/fit/?state=archived").content.decode()
    ana.post(f"/projects/fit/{portfolio.uid}/restore/")
    assert "First half of 2027" in ana.get("/projects/fit/").content.decode()


def test_open_projects_are_taken_over_once(cast: Cast, portfolio: Portfolio, ana: Client) -> None:
    project = Project.objects.create(
        title="Fewer wrong picks", leader=cast.people["dev"], raised_by=cast.people["dev"]
    )
    page = ana.get(f"/projects/fit/{portfolio.uid}/take/").content.decode()
    assert "Fewer wrong picks" in page
    ana.post(f"/projects/fit/{portfolio.uid}/take/", {"projects": [project.uid]})
    assert portfolio.candidates.get(name="Fewer wrong picks").project == project
    assert project.uid not in ana.get(f"/projects/fit/{portfolio.uid}/take/").content.decode()
    assert f"/projects/{project.uid}/" in ana.get(f"/projects/fit/{portfolio.uid}/").content.decode()


def test_what_is_exported_is_what_the_page_and_the_command_line_read(
    cast: Cast, portfolio: Portfolio, ana: Client, tmp_path: Path
) -> None:
    content = ana.get(f"/projects/fit/{portfolio.uid}/export/").content
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[2] == {
        "project": "Store",
        "value": "7000.00",
        "2027-01": "30",
        "2027-02": "40",
        "excludes": "",
        "requires": "",
    }
    file = tmp_path / "out.csv"
    file.write_bytes(content)
    words = ["projects", "fit", str(file), "--capacity", "2027-01=45", "--capacity", "2027-02=100", "--json"]
    done = CliRunner().invoke(main, words)
    assert json.loads(done.stdout)["chosen"] == ["Scanner", "Store"]

    other = actions.start_portfolio(cast.actors["ana"], name="Again")
    answer = ana.post(
        f"/projects/fit/{other.uid}/import/",
        {"file": SimpleUploadedFile("out.csv", content), "capacities": "2027-01=45\n2027-02=100"},
    )
    assert answer.status_code == 303
    assert read_rows(other).question() == read_rows(portfolio).question()


def test_a_file_that_cannot_be_taken_in_says_why(portfolio: Portfolio, ana: Client) -> None:
    answer = ana.post(
        f"/projects/fit/{portfolio.uid}/import/",
        {"text": "project,value,2027-01\nA,,1\nB,1,-2\n", "capacities": "2027-03"},
    )
    assert answer.status_code == 422
    assert "write it as 2027-01=120" in answer.content.decode()
    answer = ana.post(
        f"/projects/fit/{portfolio.uid}/import/", {"text": "project,value,2027-01\nA,,1\nB,1,-2\n"}
    )
    assert answer.status_code == 422
    assert "row 2, column value" in answer.content.decode()
    assert "row 3, column 2027-01" in answer.content.decode()


@pytest.mark.parametrize("key", ["ben", "elif", "greta", "dev"])
def test_nobody_else_ever_sees_it(cast: Cast, portfolio: Portfolio, key: str) -> None:
    client = Client()
    client.force_login(cast.users[key], backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/projects/fit/{portfolio.uid}/").status_code == 404
    assert client.get(f"/projects/fit/{portfolio.uid}/export/").status_code == 404
    assert "First half" not in client.get("/projects/fit/").content.decode()
    with pytest.raises(NotFound):
        actions.find_what_fits(cast.actors[key], portfolio=portfolio)


def test_events_say_nothing_of_what_stands_in_it(cast: Cast, portfolio: Portfolio) -> None:
    actions.find_what_fits(cast.actors["ana"], portfolio=portfolio)
    found = Event.objects.filter(subject_kind="portfolio")
    assert set(found.values_list("kind", flat=True)) == {
        "portfolio.started",
        "portfolio.changed",
        "portfolio.asked",
    }
    assert all(event.params == {} for event in found)


def test_a_portfolio_asks_as_often_for_four_rows_as_for_one(cast: Cast, ana: Client) -> None:
    counts = []
    for size in (1, 4):
        made = filled(
            cast, actions.start_portfolio(cast.actors["ana"], name=f"Of {size}"), 2 if size == 1 else 4
        )
        actions.find_what_fits(cast.actors["ana"], portfolio=made)
        queue.run_all()
        with CaptureQueriesContext(connection) as asked:
            assert ana.get(f"/projects/fit/{made.uid}/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
