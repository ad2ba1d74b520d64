"""The addresses of this part, listed by subject."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from django.urls import URLPattern

app_name = "projects"
urlpatterns: list[URLPattern] = [
    pattern
    for found in sorted(iter_modules(__path__), key=lambda module: module.name)
    for pattern in import_module(f"{__name__}.{found.name}").patterns
]
