"""Addresses of jobs."""

from __future__ import annotations

from django.urls import path

from leanship.features.jobs import views

app_name = "jobs"

urlpatterns = [
    path("", views.jobs, name="list"),
    path("<str:uid>/", views.job, name="job"),
    path("<str:uid>/progress/", views.progress, name="progress"),
    path("<str:uid>/try-again/", views.try_again, name="try_again"),
    path("<str:uid>/leave/", views.leave, name="leave"),
    path("<str:uid>/take-up/", views.take_up, name="take_up"),
]
