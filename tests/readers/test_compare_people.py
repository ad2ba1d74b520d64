"""What an import would change."""

from hypothesis import given
from hypothesis import strategies as st

from leanship.readers.changes import diff
from leanship.readers.people import PeopleFile, PersonRow, read_people
from leanship.readers.tabular import read_table
from leanship.readers.writing import csv_bytes


def read(text: str) -> PeopleFile:
    return read_people(read_table(text.encode()))


def known(text: str) -> dict[str, PersonRow]:
    return {person.id: person for person in read(text).people}


BEFORE = (
    "id,name,title,reports_to,fte,level\nA,Ann,Head,,0.8,senior\nB,Ben,Clerk,A,1,ic\nC,Cid,Clerk,A,1,ic\n"
)


def test_added_changed_field_by_field_and_left_alone() -> None:
    incoming = read("id,name,title,reports_to\nA,Ann,Head,\nB,Ben,Lead,\nD,Dan,Clerk,A\n")
    changes = diff(known(BEFORE), incoming)
    assert [person.id for person in changes.added] == ["D"]
    assert [(changed.person.id, changed.fields) for changed in changes.changed] == [
        ("B", {"title": ("Clerk", "Lead"), "reports_to": ("A", None)})
    ]
    assert (changes.unchanged, changes.ended) == (("A",), ())


def test_only_a_complete_file_ends_those_absent() -> None:
    incoming = read("id,name\nA,Ann\nB,Ben\n")
    assert diff(known(BEFORE), incoming).ended == ()
    assert diff(known(BEFORE), incoming, complete=True).ended == ("C",)


def test_an_empty_cell_takes_away_text_but_leaves_a_level() -> None:
    incoming = read("id,name,title,fte,level\nA,Ann,,,\n")
    (changed,) = diff(known(BEFORE), incoming).changed
    assert changed.fields == {"title": ("Head", "")}


NAMES = st.text(st.sampled_from("abcÄ '=-@+,;\"\n"), min_size=1, max_size=8).filter(str.strip)


@given(st.lists(st.tuples(NAMES, NAMES, st.integers(0, 5)), min_size=1, max_size=6))
def test_the_same_file_again_changes_nothing(people: list[tuple[str, str, int]]) -> None:
    rows = [
        [f"P{number}", name, title, f"P{leader}" if leader < number else ""]
        for number, (name, title, leader) in enumerate(people)
    ]
    incoming = read_people(read_table(csv_bytes(["id", "name", "title", "reports_to"], rows)))
    current = {person.id: person._replace(row=0) for person in incoming.people}
    changes = diff(current, incoming, complete=True)
    assert (changes.added, changes.changed, changes.ended) == ((), (), ())
    assert len(changes.unchanged) == len(people)
