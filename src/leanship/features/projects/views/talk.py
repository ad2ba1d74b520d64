"""Comments and files of a project: find, act, answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leanship.features.accounts.requests import SignedIn
from leanship.features.org import access
from leanship.features.projects.actions import talk
from leanship.features.projects.forms.project import CommentForm, FileForm
from leanship.features.projects.queries import finding
from leanship.features.projects.views._answers import editable, form_page, saved, shown, write
from leanship.web.layout import say


@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: SignedIn, uid: str) -> HttpResponse:
    """Say something."""
    project = editable(request.actor, uid, "comment")
    return write(
        request,
        project,
        form=CommentForm,
        act=lambda given: talk.comment(request.actor, project=project, **given),
        after=lambda: saved(request, project, "comments"),
        page=lambda form: form_page(
            request,
            project,
            title=_("Comment"),
            form=form,
            send=_("Comment"),
            block="comments",
            draft=f"comment-{uid}",
        ),
    )


@require_POST
def archive_comment(request: SignedIn, uid: str) -> HttpResponse:
    """Take back what one said."""
    said = talk.archive_comment(request.actor, said=finding.find_comment(request.actor, uid))
    say(request, _("Taken back."), undo=reverse("projects:restore_comment", args=[uid]))
    return shown(request, said.project, "comments")


@require_POST
def restore_comment(request: SignedIn, uid: str) -> HttpResponse:
    """Say it again."""
    said = talk.restore_comment(request.actor, said=finding.find_comment(request.actor, uid))
    return shown(request, said.project, "comments")


@require_http_methods(["GET", "HEAD", "POST"])
def files(request: SignedIn, uid: str) -> HttpResponse:
    """Put a file to it."""
    project = editable(request.actor, uid)

    def act(given: dict[str, Any]) -> object:
        sent = given["file"]
        # one byte more than is allowed says that it is too large, without all of it in memory
        content = sent.read(talk.most_bytes() + 1)
        return talk.add_file(request.actor, project=project, name=sent.name or "", content=content)

    most = _("Any kind of file, at most %(most)d megabytes.") % {"most": talk.most_bytes() // 1_048_576}
    return write(
        request,
        project,
        form=lambda sent: FileForm(sent, request.FILES if sent is not None else None),
        act=act,
        after=lambda: saved(request, project, "files"),
        page=lambda form: form_page(
            request,
            project,
            title=_("Add a file"),
            form=form,
            send=_("Add"),
            block="files",
            notes=(most,),
            multipart=True,
        ),
    )


@require_safe
def file(request: SignedIn, uid: str) -> HttpResponse:
    """A file to take away; whatever it is, the browser is told to keep it and run nothing of it."""
    found = finding.find_file(request.actor, uid)
    if found.archived_at is not None:
        access.require(request.actor, "edit", found.project)
    response = HttpResponse(bytes(found.content.content), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
def archive_file(request: SignedIn, uid: str) -> HttpResponse:
    """Take a file off the page."""
    found = talk.archive_file(request.actor, file=finding.find_file(request.actor, uid))
    say(request, _("The file was taken off."), undo=reverse("projects:restore_file", args=[uid]))
    return shown(request, found.project, "files")


@require_POST
def restore_file(request: SignedIn, uid: str) -> HttpResponse:
    """Put a file back."""
    found = talk.restore_file(request.actor, file=finding.find_file(request.actor, uid))
    say(request, _("The file is back."))
    return shown(request, found.project, "files")
