"""Addresses of standings in projects."""

from __future__ import annotations

from django.urls import path

from leanship.features.projects.views import standing

patterns = [path("standings/<str:uid>/", standing.evidence, name="standing")]
