"""Who or what a cell of a file means: by id, by e-mail address, or by name."""

from __future__ import annotations

from collections.abc import Hashable
from difflib import get_close_matches
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)

#: Looking for something similar is slow, and after some of them a person knows what kind of mistake it is.
_SUGGESTIONS: Final = 25
_COMPARED: Final = 2_000


def folded(text: str) -> str:
    """A name as it is compared: without case and without doubled blanks."""
    return " ".join(text.casefold().split())


class Directory(Generic[K]):
    """Known people, teams or KPIs, each under a key of the caller's, found as a file may call them.

    An id is taken before an e-mail address, an address before a name; only a name can mean several.
    """

    def __init__(self) -> None:
        self._ids: dict[str, K] = {}
        self._emails: dict[str, K] = {}
        self._names: dict[str, list[K]] = {}
        self._written: dict[str, None] = {}
        self._suggested = 0

    def add(self, key: K, *, id: str = "", email: str = "", name: str = "") -> None:  # noqa: A002 (its name in files)
        """Makes `key` known under those of the three that are not empty."""
        if id:
            self._ids.setdefault(id, key)
            self._written[id] = None
        if email:
            self._emails.setdefault(email.casefold(), key)
        if name:
            keys = self._names.setdefault(folded(name), [])
            if key not in keys:
                keys.append(key)
            self._written[name] = None

    def find(self, text: str) -> tuple[K, ...]:
        """The keys that `text` may mean: one where it is plain, none where nobody is called so."""
        if text in self._ids:
            return (self._ids[text],)
        if (email := text.casefold()) in self._emails:
            return (self._emails[email],)
        return tuple(self._names.get(folded(text), ()))

    def similar(self, text: str) -> str | None:
        """An id or name that looks like `text`, for the first few times this is asked; None without one."""
        self._suggested += 1
        if self._suggested > _SUGGESTIONS or not text:
            return None
        start = text[0].casefold()
        near = [
            known
            for known in self._written
            if abs(len(known) - len(text)) <= 3 and (known[0].casefold() == start or known[-1] == text[-1])
        ]
        return next(iter(get_close_matches(text, near[:_COMPARED], n=1, cutoff=0.7)), None)
