"""`leanship sign-in-link`: the way in when nobody can administer any more."""

from __future__ import annotations

from click.testing import CliRunner
from django.test import Client

from leanship.cli import main
from leanship.features.accounts import actions
from tests.cast import Cast


def test_the_link_signs_in_once(client: Client, cast: Cast) -> None:
    done = CliRunner().invoke(main, ["sign-in-link", "Greta@leanship.example"])
    assert done.exit_code == 0, done.output
    path = done.stdout.strip().removeprefix("http://127.0.0.1:8000")
    assert client.post(path).status_code == 302
    assert client.session["_auth_user_id"] == str(cast.users["greta"].pk)
    assert Client().post(path).status_code == 410


def test_a_name_that_nobody_has_or_that_is_off_is_told(cast: Cast) -> None:
    done = CliRunner().invoke(main, ["sign-in-link", "nobody"])
    assert done.exit_code == 2 and "Nobody signs in as nobody." in done.stderr
    actions.deactivate(cast.actors["greta"], cast.users["ana"])
    done = CliRunner().invoke(main, ["sign-in-link", "ana@leanship.example"])
    assert done.exit_code == 2 and "switched off" in done.stderr
