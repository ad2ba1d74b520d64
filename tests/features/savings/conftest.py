"""A source of savings without any feature above: Ana's work, which she alone may claim for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from leanship.features.base.errors import NotFound
from leanship.features.org.access import Actor
from leanship.features.savings import actions, sources
from leanship.features.savings.models import Saving
from leanship.features.savings.sources import Source
from tests.cast import Cast

WORK = "bcdfghjkmnpq"
Claim = Callable[..., Saving]


@pytest.fixture(autouse=True)
def _work(cast: Cast) -> Iterator[None]:
    def find(actor: Actor, uid: str) -> Source:
        if uid != WORK:
            raise NotFound
        return Source("Fewer wrong orders", "/", may_claim=actor.person_id == cast.people["ana"].pk)

    sources.register("work", find)
    yield
    sources.remove("work")


@pytest.fixture
def claim(cast: Cast) -> Claim:
    """Claims 12,000 a year as Ana, unless told otherwise."""

    def make(key: str = "ana", **given: object) -> Saving:
        actor = cast.actors[key]
        figures = {
            which: given.pop(which, value)
            for which, value in (("target", 2_000_000), ("forecast", 1_500_000), ("actual", 1_200_000))
        }
        kind = {"source_kind": "work", "source_uid": WORK, "kind": "money", "per": "year"}
        if key != "ana":
            return Saving.objects.create(
                claimant=cast.people[key], title="Other work", search="other work", **kind, **figures
            )
        return actions.claim(actor, figures=figures, **(kind | given))  # type: ignore[arg-type]

    return make
