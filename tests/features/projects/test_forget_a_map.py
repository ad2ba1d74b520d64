"""When a project ends, nothing it noted about people is left: not in a row, the file's empty pages, or a new backup."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from leanship.features.projects.actions import project as projects
from leanship.features.projects.models import Project
from tests.cast import Cast
from tests.features.projects.people_kit import WORDS, build_map, led_by
from tests.installation import ON_POSTGRES, installation

ROOT = Path(__file__).parents[3]

BUILD = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
from tests.cast import build_cast
from tests.features.projects.people_kit import build_map
build_map(build_cast())
from django.db import connection; connection.close()
"""
END = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
from leanship.features.accounts.middleware import actor_of
from leanship.features.accounts.models import User
from leanship.features.projects.actions.project import end_project
from leanship.features.projects.models import Project
project = Project.objects.get()
end_project(actor_of(User.objects.get(person=project.leader)), project=project, outcome="standardised")
from django.db import connection; connection.close()
"""


def tables_with_words() -> set[str]:
    """The tables that hold any of the map's words, read without the models: every column of every row."""
    found = set()
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
            for row in cursor:
                said = " ".join(
                    bytes(v).decode(errors="replace") if isinstance(v, memoryview | bytes) else str(v)
                    for v in row
                )
                if any(word in said for word in WORDS):
                    found.add(name)
    return found


def test_no_table_holds_a_word_of_it_after_the_end(cast: Cast) -> None:
    mapped = build_map(cast)
    build_map(cast, led_by(cast, "ana", "Another")).project.delete()
    assert tables_with_words() == {
        "projects_stakeholder",
        "projects_stanceentry",
        "projects_persuasionstep",
    }
    projects.end_project(cast.actors["ana"], project=mapped.project, outcome="standardised")
    assert tables_with_words() == set()
    kept = Project.objects.get()
    assert (kept.reach_outside, kept.reach_all) == (3, 3)


def test_every_table_of_the_map_hangs_on_the_people_that_are_deleted() -> None:
    """A table that was added and not deleted would keep what was promised to go."""
    hanging = {
        relation.related_model._meta.object_name
        for relation in apps.get_model("projects", "Stakeholder")._meta.related_objects
    }
    assert hanging == {"StanceEntry", "PersuasionStep"}


@pytest.mark.skipif(ON_POSTGRES, reason="a dump holds rows alone, which are read above")
def test_neither_the_file_nor_a_backup_made_afterwards_holds_a_word(tmp_path: Path) -> None:
    with installation(tmp_path) as made:
        told = made.python(BUILD)
        assert told.returncode == 0, told.stderr
        before, after = tmp_path / "before", tmp_path / "after"
        assert made.run("backup", "--out", before).returncode == 0
        told = made.python(END)
        assert told.returncode == 0, told.stderr
        assert made.run("backup", "--out", after).returncode == 0
        files = [after, *(path for path in made.home.iterdir() if path.name.startswith("leanship.sqlite3"))]
        for file in files:
            content = file.read_bytes()
            assert not [word for word in WORDS if word.encode() in content], file.name
        assert all(word.encode() in before.read_bytes() for word in WORDS)


@pytest.mark.skipif(ON_POSTGRES, reason="SQLite alone keeps deleted bytes in the file it copies")
def test_sqlite_is_told_to_overwrite_what_is_deleted(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete")
        assert cursor.fetchone() == (1,)
