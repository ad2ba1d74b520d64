"""Reading the organisation: every function takes the viewer first and answers only what they may see."""

from leanship.features.org.queries.chart import branch, chart, home
from leanship.features.org.queries.people import (
    EXPORT_HEADER,
    direct_reports,
    export_people,
    find_absence,
    find_person,
    line_above,
    people,
    people_spec,
    person_page,
    suggest,
)
from leanship.features.org.queries.teams import (
    find_team,
    found_teams,
    team_page,
    team_rows,
    teams,
    teams_spec,
)
from leanship.features.org.queries.timeline import Happening, events_of, register_words

__all__ = [
    "EXPORT_HEADER",
    "Happening",
    "branch",
    "chart",
    "direct_reports",
    "events_of",
    "export_people",
    "find_absence",
    "find_person",
    "find_team",
    "found_teams",
    "home",
    "line_above",
    "people",
    "people_spec",
    "person_page",
    "register_words",
    "suggest",
    "team_page",
    "team_rows",
    "teams",
    "teams_spec",
]
