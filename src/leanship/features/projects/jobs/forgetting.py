"""Deleting what is kept no longer than needed (M6)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from leanship.features.jobs.registry import Run, job
from leanship.features.jobs.schedule import daily
from leanship.features.projects.actions.forgetting import forget_maps_of_the_archived


@job("projects.forget_maps", label=_("Delete the maps of people of projects archived long ago"))
def forget_maps(run: Run) -> None:
    """Delete the maps of projects that were put away and not taken out again."""
    forget_maps_of_the_archived()


daily("projects.forget_maps")
