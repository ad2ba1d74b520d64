"""What the shell of every page needs beside the page's own value."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """`organisation`, `actor`, `modules_off`; each None or empty where the request was turned away early."""
    return {
        "organisation": getattr(request, "organisation", None),
        "actor": getattr(request, "actor", None),
        "modules_off": getattr(request, "modules_off", frozenset()),
    }
