"""What happens to maps of people when somebody is erased."""

from __future__ import annotations

from typing import Any

from leanship.features.org import signals
from leanship.features.projects.actions.forgetting import forget_people


def people_changed(sender: Any, *, what: str, person_ids: frozenset[int], **kwargs: Any) -> None:
    """Delete what is noted about whoever is erased, and the maps they wrote; inside the change's transaction.

    Who merely left stays on the maps, and a map stays with its project until somebody else leads it or it ends.
    """
    if what == signals.ERASED:
        forget_people(person_ids)
