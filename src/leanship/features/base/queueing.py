"""Changes that must not run side by side."""

from __future__ import annotations

from leanship.features.base.models import Organisation


def one_at_a_time() -> None:
    """Wait until no other change of this kind is under way; call it first in the transaction.

    For what a look at other rows allows, where two looks at once would each miss what the other writes: a line that
    closes a loop, the last administrator, two imports of one file. PostgreSQL holds the organisation's row until the
    transaction ends; on SQLite every transaction that writes waits like this by itself.
    """
    Organisation.objects.select_for_update().filter(pk=1).first()
