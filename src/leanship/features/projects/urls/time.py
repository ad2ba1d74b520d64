"""Addresses of time."""

from __future__ import annotations

from django.urls import path

from leanship.features.projects.views import calendars, time, time_rules

patterns = [
    path("time/", time.home, name="time"),
    path("time/weeks/<str:week>/", time.week, name="time_week"),
    path("time/people/<str:uid>/", time.of_person, name="time_of"),
    path("time/queue/", time.queue, name="time_queue"),
    path("time/events/<str:uid>/", time.event, name="time_event"),
    path("time/undo/", time.undo, name="time_undo"),
    path("time/hours/", time.hours, name="time_hours"),
    path("time/hours/<int:pk>/take-back/", time.hours_undo, name="time_hours_undo"),
    path("time/rules/", time_rules.rules, name="time_rules"),
    path("time/rules/new/", time_rules.rule_new, name="time_rule_new"),
    path("time/rules/<str:uid>/", time_rules.rule, name="time_rule"),
    path("time/rules/<str:uid>/move/", time_rules.rule_move, name="time_rule_move"),
    path("time/rules/<str:uid>/archive/", time_rules.rule_archive, name="time_rule_archive"),
    path("time/rules/<str:uid>/restore/", time_rules.rule_restore, name="time_rule_restore"),
    path("time/calendars/", calendars.calendars, name="time_calendars"),
    path("time/calendars/new/", calendars.calendar_new, name="time_calendar_new"),
    path("time/calendars/subscribe/", calendars.calendar_subscribe, name="time_calendar_subscribe"),
    path("time/calendars/<str:uid>/", calendars.calendar, name="time_calendar"),
    path("time/calendars/<str:uid>/edit/", calendars.calendar_edit, name="time_calendar_edit"),
    path("time/calendars/<str:uid>/read/", calendars.calendar_read, name="time_calendar_read"),
    path("time/calendars/<str:uid>/file/", calendars.calendar_file, name="time_calendar_file"),
    path("time/calendars/<str:uid>/archive/", calendars.calendar_archive, name="time_calendar_archive"),
    path("time/calendars/<str:uid>/restore/", calendars.calendar_restore, name="time_calendar_restore"),
    path("time/calendars/<str:uid>/delete/", calendars.calendar_delete, name="time_calendar_delete"),
]
