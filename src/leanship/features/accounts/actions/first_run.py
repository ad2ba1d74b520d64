"""The first minutes of an installation: its organisation, and the person who runs it."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from leanship.domain.access import Role
from leanship.features.accounts import setup_token
from leanship.features.accounts.actions._record import record
from leanship.features.accounts.actions.administer import username_problems
from leanship.features.accounts.actions.organisation import organisation_problems
from leanship.features.accounts.actions.own import password_problems
from leanship.features.accounts.models import User
from leanship.features.base import events, policies
from leanship.features.base.errors import Invalid, Refused
from leanship.features.base.models import Organisation
from leanship.features.org.access import SYSTEM
from leanship.features.org.actions.people import add_person
from leanship.features.org.models import Level


@dataclass(frozen=True)
class FirstRun:
    """What the first page asks. `organisation` may be empty for one person alone; their name stands in."""

    name: str
    email: str
    password: str
    organisation: str
    time_zone: str
    currency: str = "EUR"
    level: str = Level.CONTRIBUTOR.value


def _problems(given: FirstRun) -> dict[str, list[str]]:
    problems = organisation_problems(
        name=given.organisation or given.name, time_zone=given.time_zone, currency=given.currency.upper()
    )
    if "name" in problems:
        problems["organisation"] = problems.pop("name")
    name = given.name.strip()
    if not name or len(name) > 200:
        problems["name"] = [_("Give your name, in at most 200 characters.")]
        problems.pop("organisation", None)
    try:
        validate_email(given.email.strip())
    except ValidationError:
        problems["email"] = [_("Give your e-mail address; you sign in with it.")]
    else:
        if wrong := username_problems(given.email):
            problems["email"] = wrong
    if given.level not in Level.values:
        problems["level"] = [_("Choose one of the four levels.")]
    if wrong := password_problems(given.password, User(username=given.email.strip().casefold())):
        problems["password"] = wrong
    return problems


def set_up(*, token: str, given: FirstRun) -> User:
    """Make the organisation, its first person, and their account as administrator, all or nothing.

    Raises Refused once there is an organisation, Invalid for a wrong token and for what is wrong by field.
    """
    already = _("Leanship is set up already. Sign in instead.")
    if policies.organisation() is not None:
        raise Refused(already)
    if not setup_token.is_right(token):
        raise Invalid(
            {"token": [_("This is not the token that the console shows. It changes at each start.")]}
        )
    if problems := _problems(given):
        raise Invalid(problems)
    try:
        with transaction.atomic():
            Organisation.objects.create(
                pk=1,
                name=" ".join((given.organisation or given.name).split()),
                time_zone=given.time_zone,
                currency=given.currency.strip().upper(),
            )
            person = add_person(SYSTEM, name=given.name, email=given.email, level=given.level)
            user = User(username=given.email, person=person, role=Role.ADMINISTRATOR.value)
            user.set_password(given.password)
            user.save()
            events.record(
                "organisation.set_up", actor_id=person.pk, subject_kind="organisation", subject_id=1
            )
            record("account.created", SYSTEM, user, role=user.role)
    except IntegrityError:
        # Somebody else pressed the button in the same second; theirs counts.
        raise Refused(already) from None
    setup_token.consume()
    return user
