"""What can be imported. A new kind is one module in `connect/kinds` that offers `KIND`, and one line in `_MODULES`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from leanship.features.base.models import ImportBatch
from leanship.features.org.access import Actor
from leanship.readers.problems import Problems
from leanship.readers.tabular import Table

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as Words  # known to the type checker alone

# In the order of the page. Modules are loaded when they are asked for.
_MODULES: Mapping[str, str] = {
    "people": "leanship.connect.kinds.people",
    "kpis": "leanship.connect.kinds.kpis",
    "measurements": "leanship.connect.kinds.measurements",
    "projects": "leanship.connect.kinds.projects",
}

Options = Mapping[str, str]


@dataclass(frozen=True)
class ColumnHelp:
    """A column that a file of a kind may have: its name, and what to put there."""

    name: str
    says: Words
    required: bool = False


@dataclass(frozen=True)
class Option:
    """A choice beside the file. `widget` is "check" (then "yes" or empty), "day" (an ISO date) or "text"."""

    name: str
    label: Words
    help: Words = ""
    widget: str = "text"
    default: str = ""


@dataclass(frozen=True)
class FieldChange:
    """One field of something that changes, as words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One thing a file adds, changes or ends: its name, what says more, and its changes field by field."""

    name: str
    note: str = ""
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class Preview:
    """What a file would do, before it is done.

    `added`, `changed` and `ended` list the first `LISTED` of each, the counts are of all. `facts` are figures of
    the file as a whole (label, value). `fingerprint` is the same as long as the same would change. `payload` is
    what `Kind.apply` needs; nobody else looks at it.
    """

    rows: int
    problems: Problems
    fingerprint: str
    added_count: int
    changed_count: int
    unchanged_count: int
    ended_count: int = 0
    added: tuple[Line, ...] = ()
    changed: tuple[Line, ...] = ()
    ended: tuple[Line, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    payload: Any = field(default=None, repr=False)


# Of each of added, changed and ended a page lists so many; the counts are of all.
LISTED = 200


@dataclass(frozen=True)
class Upload:
    """The file that an import takes in: the name it came with and its SHA-256."""

    filename: str
    digest: str


@dataclass(frozen=True)
class Kind:
    """One kind of file: what it is called, which columns it may have, how it is compared and taken in.

    `preview` reads a table against what is there and writes nothing; it puts what is wrong into the preview's
    problems. `apply` takes a preview in and raises Refused, Invalid or Conflict. `done_url_name` is the page
    to look at afterwards.
    """

    key: str
    label: Words
    about: Words
    columns: tuple[ColumnHelp, ...]
    sample: str
    preview: Callable[[Actor, Table, Options], Preview]
    apply: Callable[[Actor, Preview, Options, Upload], ImportBatch]
    options: tuple[Option, ...] = ()
    done_url_name: str = ""
    done_label: Words = ""


def kinds() -> tuple[Kind, ...]:
    """Every kind, in the order of the page."""
    return tuple(kind(key) for key in _MODULES)


def keys() -> tuple[str, ...]:
    """The keys of every kind, without loading any."""
    return tuple(_MODULES)


def kind(key: str) -> Kind:
    """The kind of that key. Raises KeyError where there is none."""
    found: Kind = import_module(_MODULES[key]).KIND
    return found
