"""Addresses of the organisation."""

from __future__ import annotations

from django.urls import path

from leanship.features.org.views import chart, people, teams

app_name = "org"

urlpatterns = [
    path("", chart.home, name="home"),
    path("chart/", chart.chart, name="chart"),
    path("chart/<str:uid>/", chart.branch, name="branch"),
    path("people/", people.people, name="people"),
    path("people/left/", people.people_left, name="people_left"),
    path("people/new/", people.add_person, name="add_person"),
    path("people/suggest/", people.suggest, name="suggest"),
    path("people/<str:uid>/", people.person, name="person"),
    path("people/<str:uid>/history/", people.person_history, name="person_history"),
    path("people/<str:uid>/edit/", people.edit_person, name="edit_person"),
    path("people/<str:uid>/line/", people.move_person, name="move_person"),
    path("people/<str:uid>/leave/", people.end_person, name="end_person"),
    path("people/<str:uid>/return/", people.undo_end_person, name="undo_end_person"),
    path("people/<str:uid>/erase/", people.erase_person, name="erase_person"),
    path("people/<str:uid>/absences/new/", people.add_absence, name="add_absence"),
    path("absences/<str:uid>/remove/", people.remove_absence, name="remove_absence"),
    path("teams/", teams.teams, name="teams"),
    path("teams/archived/", teams.teams_archived, name="teams_archived"),
    path("teams/new/", teams.add_team, name="add_team"),
    path("teams/<str:uid>/", teams.team, name="team"),
    path("teams/<str:uid>/edit/", teams.edit_team, name="edit_team"),
    path("teams/<str:uid>/archive/", teams.archive_team, name="archive_team"),
    path("teams/<str:uid>/restore/", teams.restore_team, name="restore_team"),
    path("teams/<str:uid>/members/new/", teams.add_member, name="add_member"),
    path("teams/<str:uid>/members/remove/", teams.remove_member, name="remove_member"),
]
