"""What the features above listen to. Org cannot import them, yet what they keep may hang on a person."""

from __future__ import annotations

from django.dispatch import Signal

# Sent inside the transaction of the change, so that what a receiver writes is kept or lost with it.
# `what` is one of "absence", "position", "line", "left", "erased"; `person_ids` a frozenset of row ids.
people_changed = Signal()

ABSENCE, POSITION, LINE, LEFT, ERASED = "absence", "position", "line", "left", "erased"


def tell(what: str, person_ids: frozenset[int]) -> None:
    """Tell the features above that something about these people changed; an error of theirs undoes the change."""
    if person_ids:
        people_changed.send(sender=tell, what=what, person_ids=person_ids)
