"""Addresses of the map of people."""

from django.urls import path

from leanship.features.projects.views import people as views

patterns = [
    path("written-about-me/", views.notes_about_me, name="notes_about_me"),
    path("map/person/<str:uid>/", views.person, name="map_person"),
    path("map/person/<str:uid>/edit/", views.edit, name="map_person_edit"),
    path("map/person/<str:uid>/off/", views.take_off, name="map_take_off"),
    path("map/person/<str:uid>/back/", views.put_back, name="map_put_back"),
    path("map/person/<str:uid>/stance/", views.stance_add, name="map_stance_add"),
    path("map/person/<str:uid>/step/", views.step_add, name="map_step_add"),
    path("map/stance/<str:uid>/", views.stance_edit, name="map_stance_edit"),
    path("map/stance/<str:uid>/off/", views.stance_take_back, name="map_stance_take_back"),
    path("map/stance/<str:uid>/back/", views.stance_put_back, name="map_stance_put_back"),
    path("map/step/<str:uid>/", views.step_edit, name="map_step_edit"),
    path("map/step/<str:uid>/off/", views.step_take_back, name="map_step_take_back"),
    path("map/step/<str:uid>/back/", views.step_put_back, name="map_step_put_back"),
    path("<str:uid>/map/", views.people_map, name="map"),
    path("<str:uid>/map/add/", views.add, name="map_add"),
    path("<str:uid>/map/readers/", views.readers, name="map_readers"),
    path("<str:uid>/map/readers/remove/", views.reader_remove, name="map_reader_remove"),
]
