"""The page about the demo company says what is in it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from leanship.demo import acts, calendars, projects, stories
from leanship.demo.cast import CAST
from leanship.demo.company import Company, build
from leanship.demo.figures import MONTHS, plans
from leanship.demo.kpis import KPIS
from leanship.demo.stories import STORIES, subject_of
from leanship.demo.units import BRANCH, LARGEST, SMALLEST
from leanship.features.accounts.actions.sign_in import LIFETIME
from leanship.features.base.policies import DEFAULTS

PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "demo-company.md").read_text(encoding="utf-8")
TEXT = " ".join(PAGE.split())


@pytest.fixture(scope="module")
def company() -> Company:
    return build(SMALLEST, date(2026, 11, 22))


def table(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its header and rule."""
    lines = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return rows[2:]


def test_its_numbers_are_those_of_the_company(company: Company) -> None:
    levels = Counter(one.post.level for one in company.people)
    assert f"It has {len(company.people)} people on four levels: {levels['contributor']} individual" in TEXT
    assert (
        f"{levels['entry_manager']} entry-level managers, {levels['mid_manager']} mid-level managers and "
        f"{levels['senior_leader']} senior leaders" in TEXT
    )
    assert f"{len(KPIS)} KPIs are measured for them in {len(plans(company))} series" in TEXT
    assert f"The figures cover {MONTHS} months" in TEXT
    months = (company.today.year - company.founded.year) * 12 + company.today.month - company.founded.month
    assert f"as a file {months} months ago" in TEXT
    assert f"branches of {sum(1 + unit.size for unit in BRANCH)} people" in TEXT
    assert f"up to {LARGEST:,} are possible" in TEXT
    assert f"within {int(LIFETIME.total_seconds() / 60)} minutes" in TEXT


def test_the_people_one_can_be_are_the_cast() -> None:
    listed = {(row[0], row[1]) for row in table("The people you can be")}
    assert listed == {(member.name, member.title) for member in CAST.values()}


def test_as_many_stand_below_clara_as_it_says(company: Company) -> None:
    leaders = {one.id: one.reports_to for one in company.people}

    def below(id_: str | None) -> bool:
        while id_ is not None and id_ != "clara":
            id_ = leaders[id_]
        return id_ == "clara"

    count = sum(below(one.reports_to) for one in company.people)
    assert f"{count} people below her" in TEXT


def test_every_story_has_its_row(company: Company) -> None:
    rows = table("The stories")
    titles = {one.id: one.post.title.lower() for one in company.people}
    for story in STORIES:
        subject = subject_of(story, company)
        name = KPIS[story.kpi].name
        if subject in CAST:
            assert any(row[:2] == [CAST[subject].name, name] for row in rows), story.key
        else:
            assert any(row[1] == f"{name}, of the {titles[subject]}" for row in rows), story.key


def test_every_project_has_its_row() -> None:
    rows = table("The projects")
    led = {(CAST[story.leader].name, story.title) for story in projects.TOLD if story.leader}
    assert len(led) == 5
    assert led <= {(row[0], row[1]) for row in rows}
    for key in calendars.WEEKS:
        assert any(row[:2] == [CAST[key].name, "Time"] for row in rows)


def test_the_figures_of_the_stories_are_right() -> None:
    found: dict[str, str] = {}
    for row in table("The stories"):
        found[row[1].split(",")[0]] = found.get(row[1].split(",")[0], "") + row[2]
    assert f"{stories.BENS_SHIFT} weeks in a row" in found["Order lead time"]
    assert f"{stories.CLARAS_RUN} weeks in a row" in found["Cost per order"]
    assert f"{stories.FARIDS_SHIFT} weeks ago" in found["Time to quote"]
    assert f"lasted {stories.FARIDS_WEEKS} weeks" in TEXT
    was, now = KPIS["new_customers"].standard, stories.FARIDS_STANDARD
    assert f"{stories.FARIDS_MONTHS} months ago he lowered it from {was} to {now}" in found["New customers"]
    assert f"asked {acts.ASKED_DAYS_AGO} days ago" in found["My standing"]
    assert f"within {DEFAULTS['correction_days']['days']}." in found["My standing"]
    assert f"{stories.CLARAS_CHANGE} weeks ago" in found["Delivered on time"]
    assert f"after {stories.CHECKED_AFTER} weeks" in found["Delivered on time"]
    ceiling = KPIS["orders_right"]
    assert f"{ceiling.standard} of at most {ceiling.ceiling} %" in found["Orders entered right first time"]


def test_its_commands_are_those_of_the_command_line() -> None:
    from leanship.cli.demo import demo

    options = {name for parameter in demo.params for name in parameter.opts}
    used = set(re.findall(r"--[a-z]+", PAGE))
    assert used <= options
    assert used == {"--home", "--links", "--people"}
