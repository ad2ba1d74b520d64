"""Addresses of results."""

from django.urls import path

from leanship.features.projects.views import results as views

patterns = [
    path("results/series/", views.suggest_series, name="suggest_series"),
    path("results/<str:uid>/ask/", views.ask_result, name="ask_result"),
    path("<str:uid>/results/", views.results, name="results"),
    path("<str:uid>/results/measure/", views.measure, name="measure"),
    path("<str:uid>/results/judge/", views.judge_now, name="judge_now"),
]
