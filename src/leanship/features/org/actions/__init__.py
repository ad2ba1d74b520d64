"""Every change of the organisation, by what a person does."""

from leanship.features.org.actions.imports import import_people
from leanship.features.org.actions.people import (
    add_absence,
    add_person,
    edit_person,
    end_person,
    erase_person,
    move_person,
    remove_absence,
    undo_end_person,
)
from leanship.features.org.actions.teams import (
    add_member,
    add_team,
    archive_team,
    edit_team,
    remove_member,
    restore_team,
)

__all__ = [
    "add_absence",
    "add_member",
    "add_person",
    "add_team",
    "archive_team",
    "edit_person",
    "edit_team",
    "end_person",
    "erase_person",
    "import_people",
    "move_person",
    "remove_absence",
    "remove_member",
    "restore_team",
    "undo_end_person",
]
