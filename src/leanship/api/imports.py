"""Files in: what `leanship import` takes, looked at first and then taken in."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from ninja import File, Form, Router, Schema
from ninja.errors import HttpError
from ninja.files import UploadedFile
from pydantic import Field

from leanship.api.keys import PersonalKey
from leanship.api.parts import Given
from leanship.api.problems import WRITE, answers
from leanship.connect import registry
from leanship.features.accounts.requests import SignedIn
from leanship.features.base.errors import Conflict, Invalid, NotFound
from leanship.features.org import access
from leanship.features.org.access import About
from leanship.readers.problems import Problems
from leanship.readers.tabular import Limits, Table, read_table

router = Router(tags=["imports"], auth=PersonalKey())


class KindOut(Schema):
    """A kind of file, its columns (true: required) and the names of its options."""

    key: str
    label: str
    columns: dict[str, bool]
    options: list[str]


class Options(Given):
    """How a file is read. `options` are those of the kind, as `name=value`, one a line."""

    options: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""


class Taking(Options):
    """`fingerprint` is the one of the preview; without it the file is taken in as it is."""

    fingerprint: str = ""


class ProblemRow(Schema):
    """Something about the file: an error blocks all of it, a warning does not."""

    level: str
    row: int | None
    column: str | None
    code: str
    message: str


class PreviewOut(Schema):
    """What a file would do; nothing was written."""

    rows: int
    added: int
    changed: int
    unchanged: int
    ended: int
    fingerprint: str
    blocked: bool
    problems: list[ProblemRow]
    facts: dict[str, str] = Field(description="Figures of the file as a whole.")


class BatchOut(Schema):
    """A file that was taken in; without a `uid` where everything in it was here already."""

    uid: str | None
    kind: str
    filename: str
    rows: int
    added: int
    changed: int
    unchanged: int
    ended: int


def _kind(request: SignedIn, key: str) -> registry.Kind:
    access.require(request.actor, "edit", About("import"))
    try:
        return registry.kind(key)
    except KeyError:
        raise NotFound from None


def _chosen(kind: registry.Kind, text: str) -> dict[str, str]:
    """The options of a kind from their lines. Raises Invalid for one that there is not."""
    chosen: dict[str, str] = {}
    for one in text.splitlines():
        name, sign, value = one.partition("=")
        if not one.strip():
            continue
        if not sign or name.strip() not in {option.name for option in kind.options}:
            raise Invalid({"options": [_("There is no option “%(name)s”.") % {"name": name.strip()[:40]}]})
        chosen[name.strip()] = value.strip()
    return chosen


def _table(file: UploadedFile, given: Options) -> tuple[Table, registry.Upload]:
    if (file.size or 0) > settings.MAX_UPLOAD_BYTES:
        raise HttpError(413, _("The file is larger than this installation takes."))
    data = file.read()
    name = file.name or "file"
    table = read_table(
        data,
        name=name,
        encoding=given.encoding or None,
        delimiter=given.delimiter or None,
        sheet=given.sheet or None,
        limits=Limits(file_bytes=settings.MAX_UPLOAD_BYTES),
    )
    return table, registry.Upload(name, hashlib.sha256(data).hexdigest())


def _problem_rows(problems: Problems) -> list[dict[str, Any]]:
    named = ("level", "row", "column", "code", "message")
    return [{name: getattr(one, name) for name in named} for one in problems]


@router.get("/imports", response=answers(list[KindOut], 403))
def import_kinds(request: SignedIn) -> Any:
    """The kinds of files that can be taken in."""
    access.require(request.actor, "read", About("import"))
    return [
        {
            "key": kind.key,
            "label": str(kind.label),
            "columns": {column.name: column.required for column in kind.columns},
            "options": [option.name for option in kind.options],
        }
        for kind in registry.kinds()
    ]


@router.post("/imports/{slug:kind}/preview", response=answers(PreviewOut, 413, *WRITE))
def preview_import(request: SignedIn, kind: str, given: Form[Options], file: File[UploadedFile]) -> Any:
    """What a file would add, change and end, with everything that is wrong with it."""
    of_kind = _kind(request, kind)
    table, _upload = _table(file, given)
    found = of_kind.preview(request.actor, table, _chosen(of_kind, given.options))
    return {
        "rows": found.rows,
        "added": found.added_count,
        "changed": found.changed_count,
        "unchanged": found.unchanged_count,
        "ended": found.ended_count,
        "fingerprint": found.fingerprint,
        "blocked": found.problems.blocking,
        "problems": _problem_rows(found.problems),
        "facts": dict(found.facts),
    }


@router.post("/imports/{slug:kind}", response=answers(BatchOut, 413, *WRITE))
def take_in(request: SignedIn, kind: str, given: Form[Taking], file: File[UploadedFile]) -> Any:
    """Take a file in: all of it, or nothing where it holds an error. The same file again changes nothing."""
    of_kind = _kind(request, kind)
    table, upload = _table(file, given)
    chosen = _chosen(of_kind, given.options)
    found = of_kind.preview(request.actor, table, chosen)
    if found.problems.blocking:
        errors = [f"{one.place()}: {one.message}" for one in found.problems if one.level == "error"]
        raise Invalid({"file": errors})
    if given.fingerprint and given.fingerprint != found.fingerprint:
        raise Conflict(_("The file would change something else by now. Look at the preview again."))
    if not (found.added_count or found.changed_count or found.ended_count):
        return {
            "uid": None, "kind": kind, "filename": upload.filename, "rows": found.rows, "added": 0, "changed": 0,
            "unchanged": found.unchanged_count, "ended": 0,
        }  # fmt: skip
    batch = of_kind.apply(request.actor, found, chosen, upload)
    plain = ("uid", "kind", "filename", "rows", "added", "changed", "unchanged", "ended")
    return {name: getattr(batch, name) for name in plain}
