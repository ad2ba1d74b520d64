"""Addresses of productivity."""

from __future__ import annotations

from django.urls import include, path

from leanship.features.productivity import board_urls, series_views, views

app_name = "productivity"

urlpatterns = [
    path("kpis/", views.kpis, name="kpis"),
    path("kpis/new/", views.kpi_new, name="kpi_new"),
    path("kpis/<str:uid>/", views.kpi, name="kpi"),
    path("kpis/<str:uid>/edit/", views.kpi_edit, name="kpi_edit"),
    path("kpis/<str:uid>/archive/", views.kpi_archive, name="kpi_archive"),
    path("kpis/<str:uid>/restore/", views.kpi_restore, name="kpi_restore"),
    path("kpis/<str:uid>/standard/", views.kpi_standard, name="kpi_standard"),
    path("kpis/<str:uid>/series/new/", views.series_new, name="series_new"),
    path("series/<str:uid>/", series_views.series, name="series"),
    path("series/<str:uid>/figures/", series_views.figures, name="figures"),
    path("series/<str:uid>/standards/", series_views.standards, name="standards"),
    path("series/<str:uid>/standards/new/", series_views.set_standard, name="series_standard"),
    path("series/<str:uid>/weight/", series_views.set_weight, name="series_weight"),
    path("series/<str:uid>/archive/", series_views.archive, name="series_archive"),
    path("series/<str:uid>/restore/", series_views.restore, name="series_restore"),
    path("series/<str:uid>/seen/", series_views.seen, name="series_seen"),
    path("series/<str:uid>/notes/new/", series_views.note_add, name="note_add"),
    path("series/<str:uid>/shift/", series_views.shift_accept, name="shift_accept"),
    path("series/<str:uid>/baseline/", series_views.baseline_set, name="baseline_set"),
    path(
        "series/<str:uid>/baseline/<int:pk>/withdraw/",
        series_views.baseline_withdraw,
        name="baseline_withdraw",
    ),
    path("series/<str:uid>/at/<str:period>/", series_views.point, name="point"),
    path("notes/<str:uid>/edit/", series_views.note_edit, name="note_edit"),
    path("notes/<str:uid>/archive/", series_views.note_archive, name="note_archive"),
    path("notes/<str:uid>/restore/", series_views.note_restore, name="note_restore"),
    path("entry/", series_views.entry, name="entry"),
    path("entry/<str:uid>/undo/", series_views.entry_undo, name="entry_undo"),
    path("", include(board_urls)),
]
