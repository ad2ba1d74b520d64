"""A file of people against those who are here: what it would change, and that it changes exactly that."""

from __future__ import annotations

from datetime import date

import pytest

from leanship.features.base.errors import Conflict, Invalid, Refused
from leanship.features.base.models import Event, ImportBatch
from leanship.features.org import actions
from leanship.features.org.access import SYSTEM, Actor
from leanship.features.org.incoming import Comparison, PeopleNow, compare, people_now
from leanship.features.org.models import Ancestor, Membership, Person, ReportingLine, Team
from leanship.readers.tabular import read_table
from tests.cast import Cast

TODAY = date(2026, 11, 22)
CHART = """id,name,title,reports_to,department
1,Top Person,Director,,Board
2,Middle Person,Head,1,Works
3,Low Person,Fitter,2,Works
4,Other Person,Fitter,2,Works
"""


def compared(text: str, source: str = "hr", *, actor: Actor = SYSTEM, complete: bool = False) -> Comparison:
    table = read_table(text.encode(), name="people.csv")
    return compare(people_now(actor, source), table, source=source, complete=complete)


def take_in(text: str, source: str = "hr", *, complete: bool = False, on: date | None = None) -> ImportBatch:
    found = compared(text, source, complete=complete)
    assert [problem.message for problem in found.file.problems if problem.level == "error"] == []
    return actions.import_people(SYSTEM, comparison=found, filename="people.csv", digest="0" * 64, on=on)


def counts(batch: ImportBatch) -> tuple[int, int, int, int]:
    return batch.added, batch.changed, batch.unchanged, batch.ended


def person(external_id: str) -> Person:
    return Person.objects.get(source="hr", external_id=external_id)


@pytest.mark.django_db
def test_a_first_chart_brings_people_lines_levels_and_one_event() -> None:
    assert counts(take_in(CHART)) == (4, 0, 0, 0)
    found = {p.external_id: (p.level, p.role) for p in Person.objects.all()}
    assert found == {
        "1": ("senior_leader", "Director"),
        "2": ("entry_manager", "Head"),
        "3": ("contributor", "Fitter"),
        "4": ("contributor", "Fitter"),
    }
    assert Ancestor.objects.count() == 5
    position = person("3").positions.get()
    assert (position.title, position.valid_from, position.valid_until) == ("Fitter", TODAY, None)
    assert position.batch == ImportBatch.objects.get()
    assert [event.kind for event in Event.objects.all()] == ["people.imported"]


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing() -> None:
    take_in(CHART)

    def state() -> list[list[tuple[object, ...]]]:
        return [
            list(model.objects.order_by("pk").values_list())
            for model in (Person, ReportingLine, Ancestor, Team, Membership)
        ]

    before = state()
    assert counts(take_in(CHART)) == (0, 0, 4, 0)
    assert state() == before


@pytest.mark.django_db
def test_a_changed_file_dates_what_changed_and_leaves_the_rest() -> None:
    take_in(CHART, on=date(2026, 1, 1))
    changed = CHART.replace("3,Low Person,Fitter,2,", "3,Low Person,Foreman,1,").replace("Other", "Another")
    found = compared(changed)
    fields = {change.person.id: dict(change.fields) for change in found.changes.changed}
    assert fields["3"]["title"] == ("Fitter", "Foreman")
    assert fields["3"]["reports_to"] == ("2", "1")
    assert fields["4"] == {"name": ("Other Person", "Another Person")}
    assert counts(take_in(changed, on=date(2026, 6, 1))) == (0, 2, 2, 0)
    low = person("3")
    assert list(low.positions.values_list("title", "valid_from", "valid_until")) == [
        ("Fitter", date(2026, 1, 1), date(2026, 6, 1)),
        ("Foreman", date(2026, 6, 1), None),
    ]
    assert list(low.lines_up.values_list("leader__external_id", "valid_from", "valid_until")) == [
        ("2", date(2026, 1, 1), date(2026, 6, 1)),
        ("1", date(2026, 6, 1), None),
    ]
    assert (low.title, low.role, low.version) == ("Foreman", "Foreman", 2)
    assert person("4").positions.count() == 1
    assert "another" in person("4").search


@pytest.mark.django_db
def test_a_file_that_changes_what_began_the_same_day_puts_it_right() -> None:
    take_in(CHART)
    take_in(CHART.replace("Fitter,2,Works", "Smith,1,Forge"))
    assert person("3").positions.get().title == "Smith"
    assert person("3").lines_up.get().leader == person("1")


@pytest.mark.django_db
def test_columns_that_are_not_there_change_nothing() -> None:
    take_in(CHART)
    assert counts(take_in("id,name\n3,Low Person\n4,Other Name\n")) == (0, 1, 1, 0)
    other = person("4")
    assert (other.title, other.department, other.lines_up.get().leader) == ("Fitter", "Works", person("2"))


@pytest.mark.django_db
def test_a_role_that_says_more_than_the_title_outlives_a_new_title() -> None:
    take_in(CHART)
    actions.edit_person(SYSTEM, person=person("3"), role="mechanic")
    take_in(CHART.replace("Fitter", "Master fitter"))
    assert (person("3").role, person("4").role) == ("mechanic", "Master fitter")


@pytest.mark.django_db
def test_levels_are_deduced_only_for_newcomers() -> None:
    take_in(CHART)
    take_in(CHART + "5,New Person,Helper,3,Works\n")
    assert (person("3").level, person("5").level) == ("contributor", "contributor")
    take_in(
        CHART + "5,New Person,Helper,3,Works\n6,Newest Person,Helper,7,Works\n7,Boss Person,Boss,1,Works\n"
    )
    assert person("7").level == "entry_manager"


@pytest.mark.django_db
def test_absent_people_stay_unless_the_file_is_complete() -> None:
    take_in(CHART, on=date(2026, 1, 1))
    actions.add_person(SYSTEM, name="By Hand")
    shorter = CHART.replace("2,Middle Person,Head,1,Works\n", "").replace(",2,", ",1,")
    assert counts(take_in(shorter)) == (0, 2, 1, 0)
    assert person("2").left_on is None
    assert counts(take_in(shorter, complete=True)) == (0, 0, 3, 1)
    assert person("2").left_on == TODAY
    assert not person("2").positions.filter(valid_until=None).exists()
    assert not Ancestor.objects.filter(person=person("2")).exists()
    assert Person.objects.get(name="By Hand").left_on is None


@pytest.mark.django_db
def test_reports_of_those_who_end_go_to_the_nearest_above_who_stays() -> None:
    take_in(CHART)
    take_in("id,name\n1,Top Person\n3,Low Person\n4,Other Person\n", complete=True)
    assert person("3").lines_up.get(valid_until=None).leader == person("1")
    assert set(Ancestor.objects.values_list("person__external_id", "ancestor__external_id", "depth")) == {
        ("3", "1", 1),
        ("4", "1", 1),
    }


@pytest.mark.django_db
def test_a_complete_file_cannot_name_a_leader_whom_it_ends() -> None:
    take_in(CHART)
    found = compared("id,name,reports_to\n1,Top Person,\n3,Low Person,2\n", complete=True)
    assert [(p.row, p.column) for p in found.file.problems if p.level == "error"] == [(3, "reports_to")]


@pytest.mark.django_db
def test_who_left_comes_back_with_the_file() -> None:
    take_in(CHART, on=date(2026, 1, 1))
    actions.end_person(SYSTEM, person=person("3"), on=date(2026, 3, 1))
    assert counts(take_in(CHART, on=date(2026, 6, 1))) == (1, 0, 3, 0)
    low = person("3")
    assert low.left_on is None
    assert [row.valid_until for row in low.positions.all()] == [date(2026, 3, 1), None]
    assert Ancestor.objects.filter(person=low).count() == 2
    assert counts(take_in(CHART)) == (0, 0, 4, 0)


def test_people_are_known_by_address_or_by_a_name_that_is_theirs_alone(cast: Cast) -> None:
    Person.objects.filter(name="Dev Patel").update(source="", external_id=None)
    Person.objects.filter(name="Ana Ruiz").update(source="", external_id=None)
    text = "id,name,email,reports_to\n77,A. Ruiz,ANA@leanship.example,\n78,dev patel,,77\n"
    found = compared(text)
    assert found.changes.added == ()
    take_in(text)
    ana, dev = Person.objects.get(pk=cast.people["ana"].pk), Person.objects.get(pk=cast.people["dev"].pk)
    assert [(p.source, p.external_id) for p in (ana, dev)] == [("hr", "77"), ("hr", "78")]
    assert ana.name == "A. Ruiz"
    assert dev.email == "dev@leanship.example"
    assert dev.lines_up.get(valid_until=None).leader == ana
    assert Person.objects.count() == 8


def test_the_ids_of_leanship_itself_are_known_too(cast: Cast) -> None:
    ana = cast.people["ana"]
    text = f"id,name,title\n{ana.uid},Ana Ruiz,Order expert\n"
    assert counts(take_in(text)) == (0, 1, 0, 0)
    ana.refresh_from_db()
    assert (ana.title, ana.source, ana.external_id) == ("Order expert", "test", "ana")


@pytest.mark.django_db
def test_an_export_comes_back_unchanged_whatever_the_source() -> None:
    take_in(CHART)
    rows = ["id,name,reports_to"]
    leaders = dict(ReportingLine.objects.values_list("person__uid", "leader__uid"))
    rows += [
        f"{uid},{name},{leaders.get(uid, '')}" for uid, name in Person.objects.values_list("uid", "name")
    ]
    for source in ("hr", "", "other"):
        assert counts(take_in("\n".join(rows), source)) == (0, 0, 4, 0)
    low = person("3")
    moved = f"id,name,reports_to\n{low.uid},Low Person,{person('1').uid}\n"
    assert counts(take_in(moved)) == (0, 1, 0, 0)
    assert person("3").lines_up.get(valid_until=None).leader == person("1")


def test_leaders_who_are_here_are_found_by_name(cast: Cast) -> None:
    take_in("id,name,reports_to\n1,New Person,Ben Okafor\n")
    chain = (
        Ancestor.objects.filter(person=person("1")).order_by("depth").values_list("ancestor__name", flat=True)
    )
    assert list(chain) == ["Ben Okafor", "Clara Lindqvist", "Ingrid Solheim"]


def test_a_loop_that_closes_only_through_those_who_are_here_is_found(cast: Cast) -> None:
    Person.objects.update(source="hr")
    found = compared("id,name,reports_to\nclara,Clara Lindqvist,ana\n")
    assert found.file.problems.blocking
    with pytest.raises(Invalid):
        actions.import_people(SYSTEM, comparison=found, filename="f", digest="")


def test_an_address_of_somebody_else_blocks(cast: Cast) -> None:
    text = "id,name,email\n1,One Person,one@leanship.example\n"
    take_in(text)
    found = compared("id,name,email\n1,One Person,BEN@leanship.example\n")
    assert [(p.level, p.row, p.column) for p in found.file.problems] == [("error", 2, "email")]


@pytest.mark.django_db
def test_addresses_that_change_hands_are_no_trouble() -> None:
    take_in("id,name,email\n1,One,one@leanship.example\n2,Two,two@leanship.example\n")
    take_in("id,name,email\n1,One,two@leanship.example\n2,Two,one@leanship.example\n")
    assert (person("1").email, person("2").email) == ("two@leanship.example", "one@leanship.example")


@pytest.mark.django_db
def test_teams_are_made_and_joined_and_led_by_their_members_leader() -> None:
    chart = "id,name,reports_to,team\n1,Top,,Board\n2,Lead,1,Works\n3,Low,2,Works\n4,Other,2,Works\n"
    take_in(chart)
    works = Team.objects.get(name="Works")
    assert works.lead == person("2")
    assert set(works.memberships.values_list("person__external_id", flat=True)) == {"2", "3", "4"}
    assert counts(take_in(chart)) == (0, 0, 4, 0)
    take_in(chart.replace("3,Low,2,Works", "3,Low,2,Forge"))
    assert list(person("3").memberships.filter(valid_until=None).values_list("team__name", flat=True)) == [
        "Forge"
    ]


@pytest.mark.django_db
def test_newcomers_hold_their_position_since_the_day_they_started() -> None:
    take_in("id,name,started\n1,One,2020-03-01\n")
    assert person("1").positions.get().valid_from == date(2020, 3, 1)
    assert person("1").joined_on == date(2020, 3, 1)


def test_what_changed_meanwhile_is_looked_at_again(cast: Cast) -> None:
    found = compared("id,name\n1,One Person\n")
    actions.edit_person(cast.actors["elif"], person=cast.people["ana"], title="Other")
    with pytest.raises(Conflict):
        actions.import_people(SYSTEM, comparison=found, filename="f", digest="")
    assert not Person.objects.filter(source="hr").exists()
    assert not ImportBatch.objects.exists()


def test_the_fingerprint_tells_whether_the_changes_are_the_same(cast: Cast) -> None:
    text = "id,name\nana,Ana Maria Ruiz\n"
    first = compared(text, "test").fingerprint
    assert compared(text, "test").fingerprint == first
    assert compared(text.replace("Maria", "Sofia"), "test").fingerprint != first


def test_only_the_office_imports(cast: Cast) -> None:
    for who in ("ana", "ben", "ingrid"):
        with pytest.raises(Refused):
            people_now(cast.actors[who], "hr")
    for who in ("elif", "greta"):
        assert len(people_now(cast.actors[who], "hr").here) == 8


def test_a_file_against_nobody_needs_no_database() -> None:
    found = compare(PeopleNow.nobody(), read_table(CHART.encode(), name="people.csv"))
    assert len(found.changes.added) == 4
