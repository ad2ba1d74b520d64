"""What the features above may want to follow."""

from __future__ import annotations

from typing import Final

from django.dispatch import Signal

#: A colleague confirmed what they were asked about; sent inside the action's transaction with `what` and `what_uid`.
confirmed: Final = Signal()
