"""Importing: choose a kind, send a file, look at what would change, confirm, and see what was done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leanship.connect import pages, uploads
from leanship.connect.forms import UploadForm
from leanship.connect.registry import Upload
from leanship.features.accounts.middleware import actor
from leanship.features.base.errors import Conflict, Invalid
from leanship.features.org import access
from leanship.features.org.access import About
from leanship.web.htmx import go, invalid, render_page
from leanship.web.layout import say
from leanship.web.lists import ListRequest, csv_response, wants_csv


@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """What can be imported, and what was."""
    asked = ListRequest.of(request, pages.batches_spec())
    if wants_csv(request):
        header = ("at", "kind", "file", "by", "added", "changed", "unchanged", "ended")
        return csv_response("imports", header, pages.export_batches(actor(request), asked))
    page = pages.imports_page(actor(request), asked)
    return render_page(request, "connect/imports.html", page, {"batches": "connect/_batches.html"})


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, kind: str) -> HttpResponse:
    """Send a file of one kind; it is kept until it is taken in, and looked at next."""
    who, what = actor(request), pages.find_kind(kind)
    access.require(who, "edit", About("import"))
    form = UploadForm(what, request.POST, request.FILES) if request.method == "POST" else UploadForm(what)
    if form.is_valid():
        sent = form.cleaned_data["file"]
        chunks = sent.chunks() if sent else [form.cleaned_data["text"].encode()]
        name = sent.name if sent else _("pasted table")
        try:
            kept = uploads.keep(who, kind=kind, filename=name, chunks=chunks, options=form.options())
        except Invalid as error:
            for field, messages in error.problems.items():
                form.add_error(field or None, messages)
        else:
            return go(request, reverse("connect:preview", args=[kind, kept.uid]))
    page = pages.upload_page(who, what, form)
    return (invalid if form.errors else render_page)(request, "connect/upload.html", page)


@require_safe
def sample(request: HttpRequest, kind: str) -> HttpResponse:
    """A small file of one kind, to begin from."""
    what = pages.find_kind(kind)
    access.require(actor(request), "edit", About("import"))
    response = HttpResponse("\ufeff" + what.sample, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{what.key}.csv"'
    return response


@require_safe
def preview(request: HttpRequest, kind: str, uid: str) -> HttpResponse:
    """What a file would do; its problems can be searched and taken away."""
    who, what = actor(request), pages.find_kind(kind)
    kept = uploads.find(who, kind, uid)
    found = pages.look(who, what, kept)
    asked = ListRequest.of(request, pages.problems_spec())
    if wants_csv(request):
        rows = [
            (each.level, each.row, each.column, each.message) for each in pages.found_problems(found, asked)
        ]
        return csv_response("problems", ("level", "row", "column", "message"), rows)
    page = pages.preview_page(what, kept, found, asked)
    return render_page(request, "connect/preview.html", page, {"problems": "connect/_problems.html"})


@require_POST
def confirm(request: HttpRequest, kind: str, uid: str) -> HttpResponse:
    """Take a file in, if it still would do what was looked at."""
    who, what = actor(request), pages.find_kind(kind)
    kept = uploads.find(who, kind, uid)
    found = pages.look(who, what, kept)
    again = ""
    if found.fingerprint != request.POST.get("fingerprint"):
        again = _("Something changed since you looked. This is what the file would do now.")
    else:
        try:
            batch = what.apply(who, found, kept.options, Upload(kept.filename, kept.digest))
        except Conflict as error:
            again = error.reason
        except Invalid as error:
            again = " ".join(message for messages in error.problems.values() for message in messages)
        else:
            uploads.remove(uid)
            return go(request, reverse("connect:done", args=[batch.uid]))
    asked = ListRequest.parse(pages.problems_spec(), reverse("connect:preview", args=[kind, uid]), {})
    page = pages.preview_page(what, kept, found, asked, again)
    return render_page(request, "connect/preview.html", page, status=409)


@require_POST
def discard(request: HttpRequest, kind: str, uid: str) -> HttpResponse:
    """Forget a file that was sent."""
    kept = uploads.find(actor(request), kind, uid)
    uploads.remove(kept.uid)
    say(request, _("The file is forgotten; nothing was changed."))
    return go(request, reverse("connect:imports"))


@require_safe
def done(request: HttpRequest, uid: str) -> HttpResponse:
    """What an import did."""
    return render_page(request, "connect/done.html", pages.done_page(actor(request), uid))
