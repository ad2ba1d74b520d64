"""Lists: search, filters, order and page live in the address, and every list does them alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from leanship.readers.writing import Value, csv_bytes

PER_PAGE = 50
_LONGEST_SEARCH = 200

Row = TypeVar("Row")


@dataclass(frozen=True)
class Sort:
    """A column one can sort by: its name in the address and the database's fields, each ascending."""

    name: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Filter:
    """A choice above the list. The first choice, with the empty value, is added by the template.

    It is called "All" unless `unchosen` says what the list holds without a choice.
    """

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]
    unchosen: str = ""


@dataclass(frozen=True)
class ListSpec:
    """What a list offers. `order` is a sort's name, with `-` before it for the other direction."""

    sorts: tuple[Sort, ...]
    order: str
    filters: tuple[Filter, ...] = ()
    search_label: str = ""
    per_page: int = PER_PAGE


@dataclass(frozen=True)
class Chosen:
    """A filter with the value that was chosen for it."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]
    value: str
    unchosen: str = ""


@dataclass(frozen=True)
class ListRequest:
    """What one request asks of a list. Unknown filters, values, orders and pages count as not asked for."""

    spec: ListSpec
    path: str
    search: str
    values: Mapping[str, str]
    order: str
    number: int
    keep: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, request: HttpRequest, spec: ListSpec, *, keep: Sequence[str] = ()) -> ListRequest:
        """Read the address of `request`; parameters named in `keep` are carried along untouched."""
        return cls.parse(spec, request.path, request.GET.dict(), keep=keep)

    @classmethod
    def parse(
        cls, spec: ListSpec, path: str, query: Mapping[str, Any], *, keep: Sequence[str] = ()
    ) -> ListRequest:
        """The same from plain values."""
        values: dict[str, str] = {}
        for each in spec.filters:
            value = str(query.get(each.name, ""))
            if value in {key for key, _ in each.choices}:
                values[each.name] = value
        order = str(query.get("order", ""))
        if order.removeprefix("-") not in {sort.name for sort in spec.sorts}:
            order = spec.order
        page = str(query.get("page", ""))
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 9 else 1
        # a NUL is nothing anybody searches for, and PostgreSQL refuses to compare with it
        search = str(query.get("q", "")).replace("\x00", "").strip()[:_LONGEST_SEARCH]
        kept = {name: str(query[name]) for name in keep if name in query}
        return cls(spec, path, search, values, order, max(1, number), kept)

    def filter(self, name: str) -> str:
        """The chosen value of a filter; empty for all."""
        return self.values.get(name, "")

    @property
    def chosen(self) -> tuple[Chosen, ...]:
        """All filters with their values, for the template."""
        return tuple(
            Chosen(f.name, f.label, f.choices, self.filter(f.name), f.unchosen) for f in self.spec.filters
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything is searched or filtered: an empty list then says so instead of inviting to begin."""
        return bool(self.search or self.values)

    @property
    def order_by(self) -> tuple[str, ...]:
        """Fields for `QuerySet.order_by`; a field that is declared descending turns with the rest."""
        fields = next(s.fields for s in self.spec.sorts if s.name == self.order.removeprefix("-"))
        if not self.order.startswith("-"):
            return fields
        return tuple(f[1:] if f.startswith("-") else f"-{f}" for f in fields)

    def url(self, **changes: str | int | None) -> str:
        """This list's address with some of `q`, a filter, `order`, `page` or `format` changed; None drops one.

        What is at its default stays out; changing anything but the page goes back to the first.
        """
        asked: dict[str, Any] = dict(self.keep) | {"q": self.search} | dict(self.values)
        if self.order != self.spec.order:
            asked["order"] = self.order
        if self.number > 1 and not changes:
            asked["page"] = self.number
        asked |= changes
        if asked.get("order") == self.spec.order:
            del asked["order"]
        if asked.get("page") == 1:
            del asked["page"]
        query = urlencode({key: value for key, value in asked.items() if value not in (None, "")})
        return f"{self.path}?{query}" if query else self.path

    @property
    def clear_url(self) -> str:
        """Without search and filters."""
        return self.url(q=None, **dict.fromkeys(self.values))

    @property
    def csv_url(self) -> str:
        """The whole list, not only this page, as CSV; the view answers `?format=csv`."""
        return self.url(format="csv")

    def sort_url(self, name: str) -> str:
        """Where a column's header leads: to its order, or the other way round when it is the order already."""
        return self.url(order=f"-{name}" if self.order == name else name)

    def direction(self, name: str) -> str:
        """ascending, descending, or none: the value of aria-sort."""
        return {name: "ascending", f"-{name}": "descending"}.get(self.order, "none")

    def page(self, rows: Sequence[Row] | QuerySet[Any]) -> ListPage[Row]:
        """This page of `rows`, with two queries whatever their number: the count, and the page itself.

        A queryset is put in order here; a page past the end is the last one.
        """
        if isinstance(rows, QuerySet):
            rows = rows.order_by(*self.order_by)
            total = rows.count()
        else:
            total = len(rows)
        pages = max(1, -(-total // self.spec.per_page))
        number = min(self.number, pages)
        start = (number - 1) * self.spec.per_page
        return ListPage(self, tuple(rows[start : start + self.spec.per_page]), total, number, pages)


@dataclass(frozen=True)
class ListPage(Generic[Row]):
    """One page of a list, and the way to the others."""

    request: ListRequest
    rows: tuple[Row, ...]
    total: int
    number: int
    pages: int

    @property
    def first(self) -> int:
        """Number of the first row shown, counted from 1; 0 for an empty list."""
        return (self.number - 1) * self.request.spec.per_page + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return self.first + len(self.rows) - 1 if self.rows else 0

    @property
    def previous_url(self) -> str:
        """The page before, or nothing."""
        return self.request.url(page=self.number - 1) if self.number > 1 else ""

    @property
    def next_url(self) -> str:
        """The page after, or nothing."""
        return self.request.url(page=self.number + 1) if self.number < self.pages else ""

    def with_rows(self, rows: Iterable[Any]) -> ListPage[Any]:
        """The same page with its rows turned into something else, one for one."""
        return ListPage(self.request, tuple(rows), self.total, self.number, self.pages)


def wants_csv(request: HttpRequest) -> bool:
    """Whether the address asks for the list as a file."""
    return request.GET.get("format") == "csv"


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> HttpResponse:
    """A CSV file to take away, in UTF-8 with a mark that Excel needs; formulas are defused by the writer."""
    response = HttpResponse(csv_bytes(header, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
