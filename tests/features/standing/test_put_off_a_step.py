"""A next step can wait, with a reason and a day."""

from __future__ import annotations

from datetime import date

import pytest

from leanship.features.base.errors import Invalid, NotFound, Refused
from leanship.features.standing import actions
from leanship.features.standing.models import PutOff
from tests.cast import Cast


def put_off(cast: Cast, who: str = "ana", **changes: object) -> PutOff:
    arguments: dict[str, object] = {
        "person": cast.people["ana"],
        "step": "enter_values",
        "about_uid": "bcdfghjkmnpq",
        "reason": "The figures come on Friday.",
        "until": date(2026, 11, 28),
    }
    return actions.put_off_step(cast.actors[who], **(arguments | changes))  # type: ignore[arg-type]


def test_a_step_is_put_off_and_taken_up_again(cast: Cast) -> None:
    row = put_off(cast)
    actions.take_step_up_again(cast.actors["ana"], put_off=row)
    row.refresh_from_db()
    assert row.taken_back_at is not None


def test_it_is_ones_own_step_alone(cast: Cast) -> None:
    with pytest.raises(Refused):
        put_off(cast, "ben")
    with pytest.raises(NotFound):
        put_off(cast, "dev")
    with pytest.raises(Refused):
        actions.take_step_up_again(cast.actors["ben"], put_off=put_off(cast))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reason", " "),
        ("step", "sing"),
        ("until", date(2026, 11, 22)),
        ("until", date(2027, 11, 24)),
    ],
)
def test_what_cannot_be_used_is_named(cast: Cast, field: str, value: object) -> None:
    with pytest.raises(Invalid) as caught:
        put_off(cast, **{field: value})
    assert list(caught.value.problems) == [field]
    assert not PutOff.objects.exists()
