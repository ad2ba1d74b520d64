"""The pages of the organisation, as the cast sees them."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from leanship.features.org import actions, lines
from leanship.features.org.access import SYSTEM
from leanship.features.org.models import Membership, Person, ReportingLine
from leanship.features.org.sections import Section, person_sections
from tests.cast import STARTED, Cast


@pytest.fixture
def see(cast: Cast, client: Client):  # type: ignore[no-untyped-def]
    """`see("ana", "org:person", uid)` → the page's text, as Ana sees it."""

    def look(who: str, name: str, *args: str, status: int = 200, query: str = "", **headers: str) -> str:
        client.force_login(cast.users[who])
        response = client.get(reverse(name, args=args) + query, headers=headers)
        assert response.status_code == status, (name, response.status_code)
        return response.content.decode()

    return look


def grow(cast: Cast, count: int) -> None:
    """So many more people under Ben, each in his team."""
    people = [
        Person(name=f"Extra {number:02}", title="Extra", search=f"extra {number:02}", level="contributor")
        for number in range(count)
    ]
    people = Person.objects.bulk_create(people)
    ReportingLine.objects.bulk_create(
        ReportingLine(person=person, leader=cast.people["ben"], valid_from=STARTED) for person in people
    )
    Membership.objects.bulk_create(
        Membership(person=person, team=cast.teams["Order desk"], valid_from=STARTED) for person in people
    )
    lines.rebuild_ancestors()


def test_everybody_finds_everybody_by_words(see) -> None:  # type: ignore[no-untyped-def]
    text = see("ana", "org:people", query="?q=HEAD+oper")
    assert "Clara Lindqvist" in text
    assert "Farid Haddad" not in text
    assert "Add a person" not in text


@pytest.mark.parametrize(
    ("query", "found", "not_found"),
    [
        ("?level=entry_manager", "Ben Okafor", "Clara Lindqvist"),
        ("?department=Sales", "Farid Haddad", "Clara Lindqvist"),
        ("?line=top", "Ingrid Solheim", "Ben Okafor"),
        ("?line=one", "Clara Lindqvist", "Farid Haddad"),
        ("?line=manager", "Ben Okafor", "Farid Haddad"),
    ],
)
def test_the_list_is_narrowed(see, query: str, found: str, not_found: str) -> None:  # type: ignore[no-untyped-def]
    text = see("ana", "org:people", query=query, HX_Request="true", HX_Target="people")
    rows = text.split("<tbody>")[1]
    names = [row.split("</a>")[0] for row in rows.split('<th scope="row">')[1:]]
    assert any(found in name for name in names)
    assert not any(not_found in name for name in names)


def test_the_list_is_exported_in_columns_that_an_import_takes_back(cast: Cast, client: Client) -> None:
    client.force_login(cast.users["ana"])
    response = client.get(reverse("org:people"), {"format": "csv", "q": "ruiz"})
    lines_ = response.content.decode("utf-8-sig").splitlines()
    ana, ben = cast.people["ana"], cast.people["ben"]
    assert lines_[0].startswith("id,name,title,reports_to,")
    assert lines_[1].startswith(f"{ana.uid},Ana Ruiz,Order specialist,{ben.uid},Ben Okafor,Order desk,")
    assert len(lines_) == 2


def test_those_who_left_have_a_list_of_their_own(see, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    actions.end_person(SYSTEM, person=cast.people["dev"])
    assert "Dev Patel" not in see("ana", "org:people")
    assert "Dev Patel" in see("ana", "org:people_left")


@pytest.mark.parametrize("who", ["ana", "ben", "clara", "ingrid", "elif", "greta", "dev", "farid"])
def test_what_was_is_shown_to_oneself_the_line_and_the_office(see, cast: Cast, who: str) -> None:  # type: ignore[no-untyped-def]
    text = see(who, "org:person", cast.people["ana"].uid)
    assert ("Over time" in text) == (who not in ("dev", "farid"))
    assert ("Note an absence" in text) == (who in ("ana", "ben", "elif"))
    assert ("Change the line" in text) == (who in ("elif", "greta"))
    for above in ("Ingrid Solheim", "Clara Lindqvist", "Ben Okafor"):
        assert above in text


@pytest.mark.parametrize("who", ["ana", "ben", "clara", "ingrid", "elif", "greta"])
def test_absences_are_for_oneself_the_direct_leader_and_people_partners(  # type: ignore[no-untyped-def]
    see, cast: Cast, who: str
) -> None:
    ana = cast.people["ana"]
    actions.add_absence(cast.actors["ana"], person=ana, first_day=date(2026, 7, 1), last_day=date(2026, 7, 2))
    actions.edit_person(SYSTEM, person=ana, title="Expert")
    page, history = see(who, "org:person", ana.uid), see(who, "org:person_history", ana.uid)
    assert "Changed: " in history
    assert ("2026-07-01" in page) == ("Absence noted" in history) == (who in ("ana", "ben", "elif"))


def test_what_happened_is_told_in_words(see, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    ana = cast.people["ana"]
    actions.move_person(cast.actors["elif"], person=ana, leader=cast.people["farid"])
    actions.edit_person(cast.actors["greta"], person=ana, title="Expert")
    actions.add_absence(cast.actors["ana"], person=ana, first_day=date(2026, 7, 1), last_day=date(2026, 7, 2))
    text = see("ana", "org:person_history", ana.uid)
    assert "Now reports to Farid Haddad; before, to Ben Okafor." in text
    assert "Changed: role, title." in text or "Changed: title." in text
    assert "Absence noted: 1 Jul 2026 to 2 Jul 2026." in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Elif Kaya" in text
    see("farid", "org:person_history", cast.people["ben"].uid, status=403)


def test_features_above_put_sections_on_the_page(see, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    def build(actor, person):  # type: ignore[no-untyped-def]
        if actor.person_id != person.pk:
            return None
        return Section("mine", "Only for me", "web/_empty.html", None)

    person_sections.add("mine", build)
    try:
        assert "Only for me" in see("ana", "org:person", cast.people["ana"].uid)
        assert "Only for me" not in see("ben", "org:person", cast.people["ana"].uid)
        with pytest.raises(ValueError, match="mine"):
            person_sections.add("mine", build)
    finally:
        person_sections.remove("mine")


def test_a_team_page_shows_members_and_to_its_lead_the_former_ones(see, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    desk = cast.teams["Order desk"]
    actions.remove_member(SYSTEM, team=desk, person=cast.people["dev"])
    assert "Belonged to it before" in see("ben", "org:team", desk.uid)
    seen = see("farid", "org:team", desk.uid)
    assert "Ana Ruiz" in seen
    assert "Belonged to it before" not in seen


def test_the_chart_opens_level_by_level(see, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    top = see("ana", "org:chart")
    assert "Clara Lindqvist" in top  # the single top is open at once
    assert "Ben Okafor" not in top
    branch = see("ana", "org:branch", cast.people["clara"].uid, HX_Request="true")
    assert "Ben Okafor" in branch
    assert "<html" not in branch


def test_a_branch_without_javascript_is_the_chart_open_down_to_it(see, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    text = see("ana", "org:branch", cast.people["ben"].uid)
    assert "<html" in text
    assert "Ana Ruiz" in text
    assert "open down to Ben Okafor" in text


def test_finding_a_person_opens_the_way_to_them(see, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    assert "Dev Patel" in see("ana", "org:chart", query="?q=dev+patel").split('class="tree"')[1]
    several = see("ana", "org:chart", query="?q=order")
    assert "Whom do you look for" in several
    assert "Nobody fits" in see("ana", "org:chart", query="?q=nobodyatall")


def test_the_organisation_says_plainly_what_is_odd(see, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    text = see("ana", "org:home")
    assert "1 manager has a single report." in text
    grow(cast, 11)
    actions.add_person(SYSTEM, name="Lone One")
    actions.add_person(SYSTEM, name="Vacant", title="Order specialist", leader=cast.people["farid"])
    text = see("ana", "org:home")
    for words in (
        "1 manager has more than 10 reports.",
        "1 person has nobody above and nobody below.",
        "1 post is vacant.",
    ):
        assert words in text


PAGES = [
    ("org:home", None, 12),
    ("org:people", None, 12),
    ("org:chart", None, 12),
    ("org:teams", None, 12),
    ("org:person", "ben", 19),  # eight of them for the ways to standing, KPIs, projects and time
    ("org:branch", "ben", 12),
    ("org:team", "Order desk", 13),
]


@pytest.mark.parametrize(("name", "about", "most"), PAGES, ids=[page[0] for page in PAGES])
def test_thirty_people_cost_what_three_cost(
    cast: Cast,
    client: Client,
    django_assert_max_num_queries,  # type: ignore[no-untyped-def]
    name: str,
    about: str | None,
    most: int,
) -> None:
    thing = cast.people.get(about or "") or cast.teams.get(about or "")
    url = reverse(name, args=[thing.uid] if thing else [])
    client.force_login(cast.users["elif"])
    client.get(url)
    counts = []
    for more in (3, 30):
        grow(cast, more)
        with django_assert_max_num_queries(most) as seen:
            assert client.get(url).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
