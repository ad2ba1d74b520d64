"""The one adapter of the API: everything that is declined becomes problem+json (RFC 9457), in one shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from leanship.features.base.errors import Conflict, Declined, Invalid, NotFound, Refused

CONTENT_TYPE: Final = "application/problem+json"
PREFIX: Final = "/api/v1/problems/"


@dataclass(frozen=True)
class Kind:
    """A type of problem: its status, its title, and what whoever meets it can do."""

    status: int
    title: str | Promise
    remedy: str | Promise


KINDS: Final[Mapping[str, Kind]] = {
    "bad_request": Kind(
        400, gettext_lazy("The request cannot be read"), gettext_lazy("Send valid JSON in UTF-8.")
    ),
    "unauthorised": Kind(
        401,
        gettext_lazy("No valid key"),
        gettext_lazy("Send “Authorization: Bearer lean_…” with a key from Settings, API keys, that still holds."),
    ),
    "refused": Kind(
        403, gettext_lazy("You may not do this"), gettext_lazy("The detail says who may, or what your key lacks.")
    ),
    "not_found": Kind(
        404,
        gettext_lazy("There is no such thing"),
        gettext_lazy("Or you may not know that there is; the answer is the same on purpose."),
    ),
    "not_allowed": Kind(
        405,
        gettext_lazy("The address takes no such request"),
        gettext_lazy("The header Allow names the methods that it takes."),
    ),
    "conflict": Kind(
        409,
        gettext_lazy("Somebody was faster"),
        gettext_lazy("“theirs” holds what stands there now. Read again, then write with the new version."),
    ),
    "too_large": Kind(
        413, gettext_lazy("The request is too large"), gettext_lazy("Send less at once, or import a file.")
    ),
    "invalid": Kind(
        422,
        gettext_lazy("The input cannot be used"),
        gettext_lazy("“errors” names each field and what to do; nothing was written."),
    ),
    "too_many": Kind(
        429, gettext_lazy("Too many requests"), gettext_lazy("Wait as many seconds as Retry-After says.")
    ),
    "not_set_up": Kind(
        503,
        gettext_lazy("Leanship is not set up yet"),
        gettext_lazy("Open its pages in a browser and follow them; the console shows the token for it."),
    ),
}  # fmt: skip
_BY_STATUS: Final = {kind.status: name for name, kind in KINDS.items()}


class Problem(Schema):
    """What went wrong. `errors` maps a field ("" = the whole) to sentences; `theirs` a field to its present text."""

    type: str
    title: str
    status: int
    detail: str
    errors: dict[str, list[str]] | None = None
    theirs: dict[str, str] | None = None


class ProblemType(Schema):
    """A type of problem and what to do about it."""

    code: str
    status: int
    title: str
    remedy: str


class TooMany(HttpError):
    """Too many requests; `seconds` until it is worth trying again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(429, _("Too many requests. Wait a little."))
        self.seconds = seconds


class NotSetUp(HttpError):
    """There is no organisation yet that anything could be asked about."""

    def __init__(self) -> None:
        super().__init__(503, str(KINDS["not_set_up"].remedy))


def answers(found: Any, *statuses: int, status: int = 200) -> dict[Any, Any]:
    """What an operation may answer: `found` with `status`, and problems: 401, 422, 429 always, `statuses` besides."""
    return {status: found} | dict.fromkeys(sorted({401, 422, 429, *statuses}), Problem)


READ: Final = (404,)
WRITE: Final = (400, 403, 404, 409)


def answer(
    name: str,
    detail: str = "",
    *,
    errors: Mapping[str, Sequence[str]] | None = None,
    theirs: Mapping[str, str] | None = None,
) -> HttpResponse:
    """A problem of a kind as an answer."""
    kind = KINDS[name]
    body: dict[str, Any] = {
        "type": f"{PREFIX}{name}",
        "title": str(kind.title),
        "status": kind.status,
        "detail": detail or str(kind.remedy),
    }
    if errors is not None:
        body["errors"] = errors
    if theirs is not None:
        body["theirs"] = theirs
    response = JsonResponse(
        body, status=kind.status, content_type=CONTENT_TYPE, json_dumps_params={"ensure_ascii": False}
    )
    if kind.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _declined(_request: HttpRequest, error: Declined) -> HttpResponse:
    if isinstance(error, Refused):
        return answer("refused", error.reason)
    if isinstance(error, NotFound):
        return answer("not_found")
    if isinstance(error, Conflict):
        return answer("conflict", error.reason, theirs=error.theirs)
    if isinstance(error, Invalid):
        return answer("invalid", errors=error.problems)
    raise TypeError(f"no answer for {type(error).__name__}")


def _field(place: Sequence[str | int]) -> str:
    """The name of a field as the client wrote it: without where it came from and what the body is called here."""
    inside = place[2:] if place and place[0] in ("body", "form") else place[1:]
    return ".".join(str(part) for part in inside)


def _unreadable(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors: dict[str, list[str]] = {}
    for one in error.errors:
        message = one["msg"].removeprefix("Value error, ")
        errors.setdefault(_field(one["loc"]), []).append(message)
    return answer("invalid", errors=errors)


def _http(_request: HttpRequest, error: HttpError) -> HttpResponse:
    name = _BY_STATUS.get(error.status_code, "bad_request")
    response = answer(name, "" if isinstance(error, AuthenticationError) else error.message)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def install(api: NinjaAPI) -> None:
    """Give the API its answers to everything that is declined."""
    handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        Declined: _declined,
        ValidationError: _unreadable,
        HttpError: _http,
        Http404: lambda request, error: answer("not_found"),
        RequestDataTooBig: lambda request, error: answer("too_large"),
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)
