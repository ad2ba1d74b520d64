"""What is said about a project, and the files that are put to it."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from leanship.features.base import clock
from leanship.features.base.errors import Invalid, Refused
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.projects.actions._writing import by, happened, lines
from leanship.features.projects.models import FileContent, Project, ProjectComment, ProjectFile

MOST_BYTES = 10 * 1024 * 1024


def most_bytes() -> int:
    """The largest file that is taken: ten megabytes, or what the installation takes at all."""
    return min(MOST_BYTES, settings.MAX_UPLOAD_BYTES)


def comment(actor: Actor, *, project: Project, text: str) -> ProjectComment:
    """Say something; everyone may, also once it has ended. Raises Refused, or Invalid."""
    access.require(actor, "comment", project)
    text = lines("text", text, most=5_000)
    if actor.person_id is None:
        raise Refused(_("a comment is somebody's"))
    with transaction.atomic():
        said = ProjectComment.objects.create(project=project, author_id=actor.person_id, text=text)
        happened("project.commented", actor, project, comment=said.pk)
    return said


def archive_comment(actor: Actor, *, said: ProjectComment) -> ProjectComment:
    """Take back what one said oneself; `restore_comment` is the undo. Raises Refused."""
    return _comment_archived(actor, said, archived=True)


def restore_comment(actor: Actor, *, said: ProjectComment) -> ProjectComment:
    """Say it again. Raises Refused."""
    return _comment_archived(actor, said, archived=False)


def _comment_archived(actor: Actor, said: ProjectComment, *, archived: bool) -> ProjectComment:
    if said.author_id != actor.person_id:
        raise Refused(_("this is open to: whoever said it"))
    if (said.archived_at is not None) != archived:
        with transaction.atomic():
            said.archived_at = clock.now() if archived else None
            said.save(update_fields=["archived_at"])
            kind = "project.comment_archived" if archived else "project.comment_restored"
            happened(kind, actor, said.project, touch=False, comment=said.pk)
    return said


def add_file(actor: Actor, *, project: Project, name: str, content: bytes) -> ProjectFile:
    """Put a file to a project; the same bytes are kept once. Raises Refused, or Invalid for none or too many bytes."""
    access.require(actor, "edit", project)
    most = most_bytes()
    if not content:
        raise Invalid({"file": [_("This file is empty.")]})
    if len(content) > most:
        text = _("Choose a file of at most %(most)d megabytes.") % {"most": most // 1_048_576}
        raise Invalid({"file": [text]})
    plain = PurePosixPath(name.replace("\\", "/").replace("\x00", "")).name
    plain = "".join(letter for letter in plain if letter.isprintable()).strip()[-255:]
    if not plain:
        raise Invalid({"file": [_("This file has no name.")]})
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        kept, _made = FileContent.objects.get_or_create(digest=digest, defaults={"content": content})
        file = ProjectFile.objects.create(
            project=project, name=plain, content=kept, size=len(content), by_id=by(actor)
        )
        happened("project.file_added", actor, project, file=file.pk)
    return file


def archive_file(actor: Actor, *, file: ProjectFile) -> ProjectFile:
    """Take a file off the page; `restore_file` is the undo. Raises Refused."""
    return _file_archived(actor, file, archived=True)


def restore_file(actor: Actor, *, file: ProjectFile) -> ProjectFile:
    """Put a file back. Raises Refused."""
    return _file_archived(actor, file, archived=False)


def _file_archived(actor: Actor, file: ProjectFile, *, archived: bool) -> ProjectFile:
    access.require(actor, "edit", file.project)
    if (file.archived_at is not None) != archived:
        with transaction.atomic():
            file.archived_at = clock.now() if archived else None
            file.save(update_fields=["archived_at"])
            kind = "project.file_archived" if archived else "project.file_restored"
            happened(kind, actor, file.project, file=file.pk)
    return file
