"""Search, filters, order and page live in the address; nonsense in it counts as not asked for."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from leanship.web.lists import Filter, ListPage, ListRequest, ListSpec, Sort, csv_response, wants_csv

SPEC = ListSpec(
    sorts=(Sort("name", ("name", "pk")), Sort("since", ("-since", "name"))),
    order="name",
    filters=(Filter("level", "Level", (("entry", "Entry"), ("mid", "Mid"))),),
    search_label="Search people",
)


def asked(query: str, **more: object) -> ListRequest:
    return ListRequest.of(RequestFactory().get(f"/people/{query}"), SPEC, **more)  # type: ignore[arg-type]


def test_an_empty_address_is_the_whole_list_in_its_own_order() -> None:
    request = asked("")
    assert (request.search, request.filter("level"), request.order, request.number) == ("", "", "name", 1)
    assert request.url() == "/people/"
    assert not request.narrowed


def test_everything_asked_for_is_read_and_kept() -> None:
    request = asked("?q=+Ana+&level=mid&order=-since&page=3")
    assert (request.search, request.filter("level"), request.number) == ("Ana", "mid", 3)
    assert request.url() == "/people/?q=Ana&level=mid&order=-since&page=3"
    assert request.narrowed


@pytest.mark.parametrize(
    "query",
    [
        "?level=admin",
        "?order=password",
        "?order=--name",
        "?page=0",
        "?page=-2",
        "?page=x",
        "?page=" + "9" * 40,
        "?page=²",
    ],
)
def test_nonsense_counts_as_not_asked_for(query: str) -> None:
    assert asked(query).url() == "/people/"


def test_a_search_is_cut_to_what_a_database_can_take() -> None:
    assert asked("?q=" + "a" * 5000).search == "a" * 200
    assert asked("?q=An%00a").search == "Ana"


def test_a_change_goes_back_to_the_first_page() -> None:
    request = asked("?q=Ana&page=3")
    assert request.url(level="mid") == "/people/?q=Ana&level=mid"
    assert request.sort_url("since") == "/people/?q=Ana&order=since"


def test_a_header_sorts_and_then_turns() -> None:
    assert asked("").sort_url("name") == "/people/?order=-name"
    assert asked("?order=-name").sort_url("name") == "/people/"
    assert asked("?order=-name").direction("name") == "descending"
    assert asked("").direction("since") == "none"


def test_turning_an_order_turns_each_of_its_fields() -> None:
    assert asked("?order=since").order_by == ("-since", "name")
    assert asked("?order=-since").order_by == ("since", "-name")


def test_clearing_keeps_the_order_and_what_the_page_itself_needs() -> None:
    request = asked("?q=Ana&level=mid&order=since&team=x1", keep=("team",))
    assert request.clear_url == "/people/?team=x1&order=since"
    assert request.csv_url == "/people/?team=x1&q=Ana&level=mid&order=since&format=csv"


def test_pages_of_fifty() -> None:
    page: ListPage[int] = asked("?page=2").page(list(range(120)))
    assert page.rows == tuple(range(50, 100))
    assert (page.first, page.last, page.total, page.pages) == (51, 100, 120, 3)
    assert page.previous_url == "/people/"
    assert page.next_url == "/people/?page=3"


def test_past_the_end_is_the_last_page() -> None:
    page: ListPage[int] = asked("?page=99").page(list(range(120)))
    assert (page.number, page.first, page.last, page.next_url) == (3, 101, 120, "")


def test_an_empty_list_has_one_empty_page() -> None:
    page: ListPage[int] = asked("").page([])
    assert (page.rows, page.first, page.last, page.pages) == ((), 0, 0, 1)


def test_rows_can_become_something_else() -> None:
    page: ListPage[int] = asked("?page=2").page(list(range(60)))
    assert page.with_rows(str(n) for n in page.rows).rows == tuple(str(n) for n in range(50, 60))


@pytest.mark.django_db
def test_a_queryset_costs_two_queries_whatever_its_length() -> None:
    from django.contrib.contenttypes.models import ContentType

    spec = ListSpec(sorts=(Sort("model", ("model", "pk")),), order="model", per_page=2)
    request = ListRequest.parse(spec, "/kinds/", {"order": "-model"})
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page: ListPage[ContentType] = request.page(ContentType.objects.all())
    assert len(queries) == 2
    names = [kind.model for kind in page.rows]
    assert names == sorted(names, reverse=True) and len(names) == 2


def test_an_export_is_a_file_whose_formulas_are_defused() -> None:
    request = RequestFactory().get("/people/?format=csv")
    assert wants_csv(request)
    response = csv_response("people", ("name", "n"), [("=cmd()", 1), ("Ana", 2)])
    text = response.content.decode("utf-8-sig")
    assert text.splitlines() == ["name,n", "'=cmd(),1", "Ana,2"]
    assert response.headers["Content-Disposition"] == 'attachment; filename="people.csv"'
