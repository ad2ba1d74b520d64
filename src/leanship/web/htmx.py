"""HTMX: a page, or the one fragment that was asked for, from the same value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

# No eval and no style element, as the content policy demands. No copies of pages in the browser's storage: what a
# colleague may see on a shared machine ends with the session. 409 and 422 are answers to be read, so they are swapped.
CONFIG = json.dumps(
    {
        "allowEval": False,
        "allowScriptTags": False,
        "includeIndicatorStyles": False,
        "historyCacheSize": 0,
        "refreshOnHistoryMiss": True,
        "scrollIntoViewOnBoost": False,
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "409|413|422|429", "swap": True, "error": False},
            {"code": "...", "swap": False, "error": True},
        ],
    },
    separators=(",", ":"),
)

Fragments = str | Mapping[str, str] | None


def wanted(request: HttpRequest, fragment: Fragments) -> str | None:
    """The template of the fragment that the request asks for; None when it wants the whole page.

    `fragment` is one template for every HTMX request, or a template for each target's id. Going back in the
    browser's history asks with HTMX's headers too, but needs the page.
    """
    if (
        request.headers.get("HX-Request") != "true"
        or request.headers.get("HX-History-Restore-Request") == "true"
    ):
        return None
    if isinstance(fragment, str) or fragment is None:
        return fragment
    return fragment.get(request.headers.get("HX-Target", ""))


def render_page(
    request: HttpRequest, template: str, page: object, fragment: Fragments = None, status: int = 200
) -> HttpResponse:
    """The page, or only the fragment that HTMX asked for, from the same frozen dataclass as `page`.

    What was done since the last page (messages) comes along with a fragment, out of band.
    """
    chosen = wanted(request, fragment)
    context: dict[str, Any] = {"page": page}
    if chosen is None:
        response = render(request, template, context, status=status)
    else:
        text = render_to_string(chosen, context, request)
        toasts = render_to_string("web/_toasts.html", {"out_of_band": True}, request)
        response = HttpResponse(text + toasts, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def invalid(request: HttpRequest, template: str, page: object, fragment: Fragments = None) -> HttpResponse:
    """The form again, with what is wrong beside its fields: 422."""
    return render_page(request, template, page, fragment, status=422)


def go(request: HttpRequest, url: str) -> HttpResponse:
    """On to `url` after a change: 303, or HX-Redirect, since HTMX would swap the next page into the old one."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    response = redirect(url)
    response.status_code = 303
    return response
