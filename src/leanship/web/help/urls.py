"""Addresses of Help."""

from __future__ import annotations

from django.urls import path

from leanship.web.help import views

app_name = "help"

urlpatterns = [
    path("", views.home, name="home"),
    path("files/<str:name>", views.file, name="file"),
    path("<path:key>/", views.page, name="page"),
]
