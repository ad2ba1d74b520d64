"""The addresses of the API: everything under /api/v1/."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Swagger
from ninja.operation import Operation

from leanship.api import (
    boards,
    comments,
    figures,
    imports,
    kpis,
    organisation,
    people,
    problems,
    project_parts,
    projects,
    results,
    savings,
    standings,
    teams,
    time,
)

DESCRIPTION = """\
The same verbs as the pages, for programs. Send `Authorization: Bearer lean_…` with a personal key from Settings,
API keys; it may what you may, and a read-only key only reads. Figures are decimal text exactly as entered, percents
are whole numbers, days are ISO, ids are uids. What goes wrong is answered as problem+json (RFC 9457)."""


class Api(NinjaAPI):
    """Operations are named after their functions, which bear the names of actions and queries."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The function's own name."""
        return str(operation.view_func.__name__)


def make() -> Api:
    """The API with all its operations; each call makes one of its own."""
    api = Api(
        title="Leanship",
        version="1",
        description=DESCRIPTION,
        # persistence of the key in the page would leave it in the browser's storage
        docs=Swagger({"persistAuthorization": False, "tryItOutEnabled": True, "validatorUrl": ""}),
    )
    problems.install(api)
    routers = (
        organisation.router, people.router, teams.router, kpis.router, figures.router, standings.router,
        boards.router, comments.router, imports.router, projects.router, project_parts.router, results.router,
        savings.router, time.router,
    )  # fmt: skip
    for router in routers:
        api.add_router("", router)
    return api


def _in_one_shape(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Say "no such method here" as everything else is said; and ask for the key here, not by a page to sign in."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code != 405:
            return response
        said = problems.answer("not_allowed")
        said.headers["Allow"] = ", ".join(sorted(response.headers["Allow"].split(", ")))
        return said

    answer.login_required = False  # type: ignore[attr-defined]
    answer.before_setup = True  # type: ignore[attr-defined]
    return answer


def open_to_keys(patterns: list[URLPattern | URLResolver]) -> None:
    """Let the operations ask for a key themselves, instead of sending whoever has no session to sign in.

    The schema says nothing about this organisation and is open; the page of the docs is for who is signed in.
    """
    for pattern in patterns:
        if isinstance(pattern, URLPattern) and pattern.name not in ("openapi-view", "api-root"):
            pattern.callback = _in_one_shape(pattern.callback)


@csrf_exempt
def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    """An address of the API that there is not: programs read no page about it."""
    return problems.answer("not_found")


api = make()
_urls = api.urls
open_to_keys(_urls[0])
urlpatterns = [
    path("v1/", _urls),
    path("v1/<path:rest>", _in_one_shape(unknown), name="api_unknown"),
]
