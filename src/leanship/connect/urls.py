"""Addresses of importing."""

from __future__ import annotations

from django.urls import path

from leanship.connect import views

app_name = "connect"

urlpatterns = [
    path("", views.imports, name="imports"),
    path("done/<str:uid>/", views.done, name="done"),
    path("<slug:kind>/", views.upload, name="upload"),
    path("<slug:kind>/sample.csv", views.sample, name="sample"),
    path("<slug:kind>/<str:uid>/", views.preview, name="preview"),
    path("<slug:kind>/<str:uid>/confirm/", views.confirm, name="confirm"),
    path("<slug:kind>/<str:uid>/discard/", views.discard, name="discard"),
]
