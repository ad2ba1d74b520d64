"""Attacks on the map of people: no page, list, file, API, event or table tells anybody what is not theirs (M21).

The words of `people_kit` stand nowhere but on the map. Where a word could not give it away – that somebody is on a
map at all – everything is asked for twice, with the map and without it, and must be the same.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import reverse

from leanship.cli._exports import WHAT, tables
from leanship.features.base.models import Event
from leanship.features.projects.models import MapReader, PersuasionStep, Stakeholder, StanceEntry
from leanship.features.standing.takeaway import about_me
from tests.api.conftest import caller
from tests.api.test_sweep_operations import OPERATIONS, TABLE
from tests.features.doors import DOORS, upload
from tests.features.projects.people_kit import OUTSIDER, THEN, WORDS
from tests.features.test_sweep import NAMES, signed_in
from tests.features.world import World

OTHERS = (
    "ben",
    "clara",
    "dev",
    "elif",
    "greta",
    "ingrid",
)  # everybody but Ana, who leads, and Farid, who reads
ASKS = ("?q=dev", "?q=fantods", "?format=csv", "?q=oxenstierna&format=csv")  # of what is a list


@contextmanager
def taken_back() -> Iterator[None]:
    """What is done inside leaves no trace for the next."""
    before = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(before)


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def addresses(world: World) -> Iterator[str]:
    """Every page that takes a GET; what changes the disk has a sweep of its own."""
    for name in NAMES:
        door = DOORS.get(name)
        if door is not None and door.fill is not upload:
            yield reverse(name, kwargs=door.fill(world))


def everything_of(world: World, client: Client) -> dict[str, tuple[int, bytes]]:
    """What every address answers somebody, and every list to every question; without what differs each time."""
    found: dict[str, tuple[int, bytes]] = {}

    def ask(address: str) -> None:
        cookies = copy.deepcopy(client.cookies)
        with taken_back():
            answer = client.get(address)
            plain = re.sub(rb"(csrfmiddlewaretoken|X-CSRFToken)[^>]*", b"", body_of(answer))
        client.cookies = cookies
        found[address] = answer.status_code, plain

    for address in addresses(world):
        ask(address)
        if b"format=csv" in found[address][1] or b'name="q"' in found[address][1]:
            for each in ASKS:
                ask(address + each)
    return found


def forget_everybody() -> None:
    """The company as if nobody had ever been on a map."""
    MapReader.objects.all().delete()
    Stakeholder.objects.all().delete()


def leaks(text: bytes | str) -> list[str]:
    said = text.decode(errors="replace") if isinstance(text, bytes) else text
    return [word for word in WORDS if word.casefold() in said.casefold()]


@pytest.mark.parametrize("key", OTHERS)
def test_everything_looks_the_same_with_the_map_and_without_it(world: World, key: str) -> None:
    assert Stakeholder.objects.filter(person=world.cast.people["dev"]).exists()
    client = signed_in(world, key)
    with_map = everything_of(world, client)
    forget_everybody()
    without = everything_of(world, client)
    different = [address for address, told in with_map.items() if told != without[address]]
    assert not different, different
    told = {address: leaks(page) for address, (_status, page) in with_map.items()}
    assert not any(told.values()), told


@pytest.mark.parametrize("key", ["ana", "farid"])
def test_the_attack_would_find_it(world: World, key: str) -> None:
    """The same questions, asked by the two who may see it: the map is found, in its words and by its absence."""
    client = signed_in(world, key)
    with_map = everything_of(world, client)
    here = reverse("projects:map_person", args=[world.uids["on_map"]])
    assert THEN in leaks(with_map[here][1])
    forget_everybody()
    without = everything_of(world, client)
    different = {address for address, told in with_map.items() if told != without[address]}
    assert reverse("projects:map", args=[world.uids["mapped"]]) in different and here in different


@pytest.mark.parametrize("key", OTHERS)
def test_no_refusal_tells_anything(world: World, key: str) -> None:
    """Forms sent to every door of the map, stale ones too: whoever may not write is told nothing of what is there."""
    client = signed_in(world, key)
    sent = {
        "version": "99",
        "stance": "for",
        "influence": "2",
        "basis": "seen",
        "note": "x",
        "kind": "gave_credit",
        "cares_about": "x",
        "person": world.uids["dev"],
    }
    for name in (name for name in NAMES if name.startswith("projects:map")):
        address = reverse(name, kwargs=DOORS[name].fill(world))
        with taken_back():
            answer = client.post(address, sent)
            absent = client.post(reverse(name, args=["bcdfghjkmnpq"]), sent)
        assert answer.status_code in (404, 405), (name, answer.status_code)
        assert answer.status_code == absent.status_code, name
        assert not leaks(answer.content), name


@pytest.mark.parametrize("key", OTHERS)
def test_asking_for_ones_own_gives_ones_own_alone(world: World, key: str) -> None:
    client = signed_in(world, key)
    for sent in ({}, {"format": "json"}):
        told = leaks(client.post(reverse("projects:notes_about_me"), sent).content)
        own = [word for word in WORDS if word != OUTSIDER]
        assert told == (own if key == "dev" else []), key


@pytest.mark.parametrize("key", [*OTHERS, "ana", "farid"])
def test_the_api_knows_no_map(world: World, key: str) -> None:
    program = caller(world.cast, key)
    for name, operation in OPERATIONS.items():
        if operation.method != "get" or name not in TABLE:
            continue
        path = operation.path
        for parameter, thing in TABLE[name].fill.items():
            value = thing[1:] if thing.startswith("=") else world.uids[thing]
            path = path.replace(f"{{{parameter}}}", value)
        for query in ({}, {"q": "fantods"}):
            with taken_back():
                answer = program.get(path, **query)
            assert not leaks(answer.content), name
    assert not [path for path in (each.path for each in OPERATIONS.values()) if "map" in path]


def test_no_export_holds_it(world: World) -> None:
    for table in tables(list(WHAT)):
        assert not leaks(str(table.header) + "".join(map(str, table.rows()))), table.name
    assert not any("stakeholder" in name or "stance" in name for name in WHAT)


@pytest.mark.parametrize("key", [*OTHERS, "ana", "farid"])
def test_what_somebody_takes_away_about_themselves_holds_nothing_of_others(world: World, key: str) -> None:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(about_me(world.cast.actors[key], world.cast.people[key]))) as file:
        for name in file.namelist():
            assert not leaks(file.read(name)), name


def where_it_lies() -> set[str]:
    """The tables that hold any of the words, in whatever column."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        fields = [field.attname for field in model._meta.concrete_fields]
        for row in model._base_manager.values_list(*fields):
            if leaks(
                " ".join(
                    bytes(v).decode(errors="replace") if isinstance(v, memoryview | bytes) else str(v)
                    for v in row
                )
            ):
                found.add(model._meta.db_table)
    return found


THEIRS = {model._meta.db_table for model in (Stakeholder, StanceEntry, PersuasionStep)}


def test_the_words_lie_in_three_tables_alone(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Written through the pages, with their messages and sessions, and with everything read that could keep a copy."""
    ana = signed_in(world, "ana")
    on_map, stance = world.uids["on_map"], world.uids["stance"]
    form = {"stance": "active", "influence": "3", "basis": "said", "note": THEN, "on": "2026-11-20"}
    assert ana.post(reverse("projects:map_stance_add", args=[on_map]), form).status_code == 303
    stale = ana.post(reverse("projects:map_stance_edit", args=[stance]), form | {"version": "99"})
    assert stale.status_code == 409
    assert ana.post(reverse("projects:map_stance_take_back", args=[stance])).status_code == 303
    assert (
        ana.post(reverse("projects:map_add", args=[world.uids["mapped"]]), {"name": OUTSIDER}).status_code
        == 303
    )
    page = ana.get(reverse("projects:map", args=[world.uids["mapped"]]))
    assert OUTSIDER in page.content.decode() and "no-store" in page.headers["Cache-Control"]
    assert where_it_lies() == THEIRS
    assert not leaks(caplog.text)
    assert not leaks("".join(str(ana.cookies).splitlines()))


def test_events_name_nobody_on_the_map(world: World) -> None:
    kinds = Event.objects.filter(kind__startswith="map.")
    assert kinds.exists()
    assert {(event.subject_kind, str(event.params)) for event in kinds} == {("project", "{}")}


def test_titles_and_messages_name_nobody_on_the_map(world: World) -> None:
    ana = signed_in(world, "ana")
    page = ana.get(reverse("projects:map_person", args=[world.uids["on_map"]])).content.decode()
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    assert title and "Dev" not in title[1]
    said = ana.post(reverse("projects:map_take_off", args=[world.uids["on_map"]]))
    assert "Dev" not in str(said.cookies)
