"""What the pages of importing show, each as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.connect import registry, uploads
from leanship.connect.forms import UploadForm
from leanship.connect.registry import Kind, Preview
from leanship.connect.uploads import Kept
from leanship.features.base.errors import NotFound
from leanship.features.base.models import ImportBatch
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person
from leanship.readers.problems import Problem
from leanship.readers.tabular import Limits, read_table
from leanship.web.layout import Crumb, WhoSees
from leanship.web.lists import Filter, ListPage, ListRequest, ListSpec, Sort

# A page answers while somebody waits: beyond so many rows the command line is the better way.
_MOST_ROWS = 2_000_000


@dataclass(frozen=True)
class ImportsPage:
    """What can be imported, and what was."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    kinds: tuple[Kind, ...]
    list: ListPage[BatchRow]


@dataclass(frozen=True)
class BatchRow:
    """One import of the past."""

    uid: str
    kind: str
    filename: str
    who: str
    at: datetime
    added: int
    changed: int
    unchanged: int
    ended: int


@dataclass(frozen=True)
class UploadPage:
    """Sending a file of one kind."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    kind: Kind
    form: UploadForm
    most_megabytes: int


@dataclass(frozen=True)
class PreviewPage:
    """What a file would do.

    `seconds`: about how long taking it in lasts, 0 when it is quick. `again`: why it is not taken in yet, such as
    that something changed since it was looked at.
    """

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    kind: Kind
    kept: Kept
    preview: Preview
    problems: ListPage[Problem]
    errors: int
    warnings: int
    nothing_new: bool
    more_added: int
    more_changed: int
    more_ended: int
    seconds: int
    again: str = ""


@dataclass(frozen=True)
class DonePage:
    """What an import did."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    batch: BatchRow
    rows: int
    digest: str
    done_url: str
    done_label: str


def _crumbs(*steps: Crumb) -> tuple[Crumb, ...]:
    return (
        Crumb(_("Organisation"), reverse("org:home")),
        Crumb(_("Import"), reverse("connect:imports") if steps else ""),
        *steps,
    )


def find_kind(key: str) -> Kind:
    """The kind of that key. Raises NotFound."""
    try:
        return registry.kind(key)
    except KeyError:
        raise NotFound from None


def batches_spec() -> ListSpec:
    """What the list of imports offers."""
    return ListSpec(
        sorts=(Sort("at", ("at", "id")), Sort("file", ("filename", "id"))),
        order="-at",
        filters=(Filter("kind", _("Kind"), tuple((kind.key, str(kind.label)) for kind in registry.kinds())),),
    )


def _batches(asked: ListRequest) -> QuerySet[ImportBatch]:
    # figures entered by hand are batches too, but nobody imported them
    rows = ImportBatch.objects.filter(kind__in=registry.keys())
    return rows.filter(kind=asked.filter("kind")) if asked.filter("kind") else rows


def batch_rows(batches: Any) -> list[BatchRow]:
    """Imports as lines of the list, with the names of those who brought them; one query."""
    found = list(batches)
    ids = [batch.actor_id for batch in found if batch.actor_id is not None]
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
    labels = {kind.key: str(kind.label) for kind in registry.kinds()}
    return [
        BatchRow(
            batch.uid,
            labels.get(batch.kind, batch.kind),
            batch.filename,
            names.get(batch.actor_id, _("Leanship")) if batch.actor_id else _("the command line"),
            batch.at,
            batch.added,
            batch.changed,
            batch.unchanged,
            batch.ended,
        )
        for batch in found
    ]


def imports_page(actor: Actor, asked: ListRequest) -> ImportsPage:
    """What can be imported, and what was; three queries. Raises Refused."""
    access.require(actor, "read", About("import"))
    page: ListPage[Any] = asked.page(_batches(asked))
    return ImportsPage(
        title=_("Import"),
        lede=_("A file is looked at first. Nothing changes before you have seen what would."),
        crumbs=_crumbs(),
        who_sees=access.audience("import"),
        kinds=registry.kinds(),
        list=page.with_rows(batch_rows(page.rows)),
    )


def export_batches(actor: Actor, asked: ListRequest) -> list[tuple[Any, ...]]:
    """Every import the list asks for. Raises Refused."""
    access.require(actor, "read", About("import"))
    return [
        (row.at, row.kind, row.filename, row.who, row.added, row.changed, row.unchanged, row.ended)
        for row in batch_rows(_batches(asked).order_by(*asked.order_by))
    ]


def upload_page(actor: Actor, kind: Kind, form: UploadForm) -> UploadPage:
    """Sending a file. Raises Refused."""
    access.require(actor, "edit", About("import"))
    return UploadPage(
        title=str(kind.label),
        lede=str(kind.about),
        crumbs=_crumbs(Crumb(str(kind.label))),
        who_sees=access.audience("import", act="edit"),
        kind=kind,
        form=form,
        most_megabytes=settings.MAX_UPLOAD_BYTES // 1_048_576,
    )


def look(actor: Actor, kind: Kind, kept: Kept) -> Preview:
    """Read a kept file and hold it against what is there. Raises Refused, or Invalid for one tampered with."""
    access.require(actor, "edit", About("import"))
    how: Mapping[str, Any] = kept.options
    table = read_table(
        uploads.content(kept),
        name=kept.filename,
        encoding=how.get("encoding"),
        delimiter=how.get("delimiter"),
        decimal=how.get("decimal"),
        date_order=how.get("date_order"),
        sheet=how.get("sheet"),
        limits=Limits(file_bytes=settings.MAX_UPLOAD_BYTES, unpacked_bytes=300_000_000, rows=_MOST_ROWS),
    )
    return kind.preview(actor, table, kept.options)


def problems_spec() -> ListSpec:
    """What the list of problems offers."""
    return ListSpec(
        sorts=(Sort("row", ()),),
        order="row",
        filters=(Filter("level", _("Kind"), (("error", _("Errors")), ("warning", _("Warnings")))),),
        search_label=_("Row, column or words"),
    )


def found_problems(preview: Preview, asked: ListRequest) -> list[Problem]:
    """The problems a list asks for: errors first, then by row."""
    level, words = asked.filter("level"), asked.search.casefold().split()

    def fits(problem: Problem) -> bool:
        text = f"{problem.row or ''} {problem.column or ''} {problem.message}".casefold()
        return (not level or problem.level == level) and all(word in text for word in words)

    found = [problem for problem in preview.problems if fits(problem)]
    return sorted(found, key=lambda each: (each.level != "error", each.row or 0))


def preview_page(
    kind: Kind, kept: Kept, preview: Preview, asked: ListRequest, again: str = ""
) -> PreviewPage:
    """What a file would do."""
    problems: ListPage[Problem] = asked.page(found_problems(preview, asked))
    return PreviewPage(
        title=_("What would change"),
        lede=kept.filename,
        crumbs=_crumbs(
            Crumb(str(kind.label), reverse("connect:upload", args=[kind.key])), Crumb(_("What would change"))
        ),
        who_sees=access.audience("import", act="edit"),
        kind=kind,
        kept=kept,
        preview=preview,
        problems=problems,
        errors=preview.problems.error_count,
        warnings=preview.problems.warning_count,
        nothing_new=not (preview.added_count or preview.changed_count or preview.ended_count),
        more_added=preview.added_count - len(preview.added),
        more_changed=preview.changed_count - len(preview.changed),
        more_ended=preview.ended_count - len(preview.ended),
        seconds=_seconds(preview),
        again=again,
    )


def _seconds(preview: Preview) -> int:
    """About how long taking in lasts, worth saying from five seconds on: 10,000 new rows a second, and
    20,000 a second to read the file once more before."""
    lasts = preview.rows // 20_000 + (preview.added_count + preview.changed_count) // 10_000
    return lasts if lasts >= 5 else 0


def done_page(actor: Actor, uid: str) -> DonePage:
    """What an import did. Raises Refused, NotFound."""
    access.require(actor, "read", About("import"))
    batch = ImportBatch.objects.filter(uid=uid).first()
    if batch is None:
        raise NotFound
    kind = next((each for each in registry.kinds() if each.key == batch.kind), None)
    nothing = not (batch.added or batch.changed or batch.ended)
    return DonePage(
        title=_("Nothing changed") if nothing else _("Imported"),
        lede=batch.filename,
        crumbs=_crumbs(Crumb(batch.filename)),
        who_sees=access.audience("import"),
        batch=batch_rows([batch])[0],
        rows=batch.rows,
        digest=batch.digest,
        done_url=reverse(kind.done_url_name) if kind and kind.done_url_name else "",
        done_label=str(kind.done_label) if kind else "",
    )
