"""The places one can go: registered once, shown where they exist, and to whom they concern."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import path

from leanship.web import navigation
from leanship.web.navigation import Item, Shell


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("", page, name="today"),
    path("kpis/", page, name="kpis"),
    path("help/", page, name="help"),
]

TODAY = Item("today", "Today", "today", letter="t", order=1, phone="today")
KPIS = Item("kpis", "KPIs", "kpis", letter="k", order=2, module="productivity", phone="add", short="Add")
HELP = Item("help", "Help", "help", group="foot", letter="h")


@pytest.fixture(autouse=True)
def places() -> Iterator[None]:
    with override_settings(ROOT_URLCONF=__name__), navigation.only(TODAY, KPIS, HELP):
        yield


def shell_at(address: str, **more: object) -> Shell:
    request = RequestFactory().get(address)
    request.user = SimpleNamespace(is_authenticated=True, theme="dark", pk=7)  # type: ignore[assignment]
    request.actor = SimpleNamespace(name="Ana Ferreira")  # type: ignore[attr-defined]
    for name, value in more.items():
        setattr(request, name, value)
    return navigation.shell(request)


def test_places_come_in_their_groups_and_order() -> None:
    shell = shell_at("/")
    assert [[p.label for p in group] for group in shell.groups] == [["Today", "KPIs"]]
    assert [p.label for p in shell.foot] == ["Help"]
    assert [(p.key, p.short) for p in shell.phone] == [("today", "Today"), ("kpis", "Add")]
    assert {p.letter: p.url for p in shell.letters} == {"t": "/", "k": "/kpis/", "h": "/help/"}
    assert (shell.theme, shell.name) == ("dark", "Ana Ferreira")


@pytest.mark.parametrize(
    ("address", "here"), [("/", "today"), ("/kpis/x1/", "kpis"), ("/kpis/", "kpis"), ("/other/", None)]
)
def test_the_place_one_is_at_is_marked(address: str, here: str | None) -> None:
    shell = shell_at(address)
    marked = [p.key for group in (*shell.groups, shell.foot) for p in group if p.here]
    assert marked == ([here] if here else [])


def test_a_module_that_is_off_is_no_place() -> None:
    shell = shell_at("/", modules_off=frozenset({"productivity"}))
    assert [p.key for group in shell.groups for p in group] == ["today"]


def test_a_place_is_shown_only_to_whom_it_concerns() -> None:
    hidden = Item("secret", "Secret", "kpis", visible=lambda request: False)
    with navigation.only(TODAY, hidden):
        assert [p.key for group in shell_at("/").groups for p in group] == ["today"]


def test_a_place_whose_pages_are_not_installed_is_left_out() -> None:
    with navigation.only(TODAY, Item("cycle", "Cycle", "cycle:index")):
        assert [p.key for group in shell_at("/").groups for p in group] == ["today"]


def test_a_stranger_sees_no_place() -> None:
    shell = shell_at("/", user=SimpleNamespace(is_authenticated=False))
    assert (shell.groups, shell.letters, shell.signed_in) == ((), (), False)


@pytest.mark.parametrize(
    "second",
    [
        Item("today", "Again", "today"),
        Item("tomorrow", "Tomorrow", "today", letter="t"),
        Item("b", "B", "b", phone="today"),
        Item("c", "C", "c", phone="sixth"),
    ],
)
def test_two_features_cannot_take_the_same_key_letter_or_slot(second: Item) -> None:
    with pytest.raises(ValueError, match="navigation"):
        navigation.register(second)
