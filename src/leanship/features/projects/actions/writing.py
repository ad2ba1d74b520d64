"""The texts of the page: written, kept in every version, and taken back to an earlier one."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from leanship.features.base import clock
from leanship.features.base.errors import Conflict, NotFound
from leanship.features.org import access
from leanship.features.org.access import Actor
from leanship.features.projects.actions._writing import by, happened, lines, one_of, open_project, search_of
from leanship.features.projects.models import Project, Section, SectionRevision


def write_section(
    actor: Actor, *, project: Project, key: str, text: str, version: int | None = None
) -> Section:
    """Write a text of the page; what it said before stays in its revisions. An unchanged text adds none.

    `version` is what the writer read: 0 for a text that was not there yet, None to write whatever stands there.
    Raises Refused, Invalid, or Conflict with the present text for a stale version.
    """
    access.require(actor, "edit", project)
    open_project(project)
    one_of("key", key, Section.Key.values)
    text = lines("text", text, required=False)
    with transaction.atomic():
        # the project's row is held, so that two first texts do not meet
        project = (
            Project.objects.select_for_update(of=("self",))
            .select_related("leader", "team")
            .get(pk=project.pk)
        )
        section = Section.objects.filter(project=project, key=key).first()
        present = section.version if section else 0
        if version is not None and version != present:
            raise Conflict(
                _("Somebody changed this while you were writing."), {"text": section.text if section else ""}
            )
        if section is None:
            section = Section(project=project, key=key, version=0)
        elif section.text == text:
            return section
        section.text, section.version = text, section.version + 1
        section.by_id, section.at = by(actor), clock.now()
        section.save()
        SectionRevision.objects.create(section=section, version=section.version, text=text, by_id=by(actor))
        if key == Section.Key.SEEN:
            Project.objects.filter(pk=project.pk).update(search=search_of(project, text))
        happened("project.section_written", actor, project, section=key, version=section.version)
    return section


def restore_section(
    actor: Actor, *, project: Project, key: str, revision: int, version: int | None = None
) -> Section:
    """Write what a text said in an earlier version again, as a new one.

    Raises Refused, NotFound for a version that never was, or Conflict.
    """
    access.require(actor, "edit", project)
    row = SectionRevision.objects.filter(section__project=project, section__key=key, version=revision).first()
    if row is None:
        raise NotFound
    return write_section(actor, project=project, key=key, text=row.text, version=version)
