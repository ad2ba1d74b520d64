"""The four ways a change or a read can be turned down. Page, API and command line each have one adapter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class Declined(Exception):
    """Base of the four; never raised itself."""


class Refused(Declined):
    """The actor may not do this; `reason` is a sentence the actor may read."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotFound(Declined):
    """There is no such thing, or the actor may not know that there is."""


class Invalid(Declined):
    """The input cannot be used; `problems` maps a field ("" = the whole) to sentences that say what to do."""

    def __init__(self, problems: Mapping[str, Sequence[str]]) -> None:
        super().__init__("; ".join(message for messages in problems.values() for message in messages))
        self.problems = {field: list(messages) for field, messages in problems.items()}


class Conflict(Declined):
    """Somebody changed the record since the actor read it; `theirs` maps each field to its present text."""

    def __init__(self, reason: str, theirs: Mapping[str, str] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.theirs = dict(theirs or {})
