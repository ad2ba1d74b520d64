"""Addresses of feedback on a change."""

from django.urls import path

from leanship.features.projects.views import feedback as views

patterns = [
    path("feedback/", views.mine, name="feedback_mine"),
    path("feedback/<str:uid>/", views.one, name="feedback_one"),
    path("feedback/<str:uid>/answer/", views.answer, name="feedback_answer"),
    path("feedback/<str:uid>/decline/", views.decline, name="feedback_decline"),
    path("feedback/<str:uid>/undecline/", views.undecline, name="feedback_undecline"),
    path("feedback/<str:uid>/withdraw/", views.withdraw, name="feedback_withdraw"),
    path("feedback/<str:uid>/put-back/", views.put_back, name="feedback_put_back"),
    path("feedback/<str:uid>/tell/", views.tell, name="feedback_tell"),
    path("feedback/<str:uid>/confirm/", views.confirm, name="feedback_confirm"),
    path("<str:uid>/feedback/", views.of_project, name="feedback"),
    path("<str:uid>/feedback/ask/", views.ask, name="feedback_ask"),
]
