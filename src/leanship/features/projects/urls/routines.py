"""Addresses of leader standard work."""

from django.urls import path

from leanship.features.projects.views import routines as views

patterns = [
    path("routines/", views.routines, name="routines"),
    path("routines/<str:uid>/", views.edit, name="routine"),
    path("routines/<str:uid>/tick/", views.tick, name="routine_tick"),
    path("routines/<str:uid>/move/", views.move, name="routine_move"),
    path("routines/<str:uid>/archive/", views.archive, name="routine_archive"),
    path("routines/<str:uid>/restore/", views.restore, name="routine_restore"),
]
