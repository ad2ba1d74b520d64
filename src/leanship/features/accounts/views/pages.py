"""The pages as values: everything their templates may use."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.forms import Form

from leanship.features.accounts import queries
from leanship.web.layout import Crumb, Fact, WhoSees
from leanship.web.lists import ListPage


@dataclass(frozen=True)
class BarePage:
    """A page outside the frame: one form, a few words."""

    title: str
    form: Form
    lede: str = ""
    next: str = ""
    mail: bool = False
    name: str = ""


@dataclass(frozen=True)
class FormPage:
    """A page with one form; `crumbs` lead back."""

    title: str
    form: Form
    who_sees: WhoSees
    crumbs: tuple[Crumb, ...]
    send: str
    lede: str = ""


@dataclass(frozen=True)
class Place:
    """A way onward: where, and what one finds there."""

    label: str
    url: str
    text: str


@dataclass(frozen=True)
class HubPage:
    """Settings: the places one may go to."""

    title: str
    lede: str
    places: tuple[Place, ...]
    who_sees: WhoSees | None = None


@dataclass(frozen=True)
class MyPage:
    """One's own settings."""

    title: str
    who_sees: WhoSees
    crumbs: tuple[Crumb, ...]
    facts: tuple[Fact, ...]
    preferences: Form
    has_password: bool
    happenings: list[queries.Happening]


@dataclass(frozen=True)
class TokensPage:
    """One's own API keys; `fresh` is the text of one just made, shown this once."""

    title: str
    lede: str
    who_sees: WhoSees
    crumbs: tuple[Crumb, ...]
    tokens: list[queries.TokenRow]
    form: Form
    fresh: str = ""


@dataclass(frozen=True)
class AccountsPage:
    """Everyone, and how they get in."""

    title: str
    lede: str
    who_sees: WhoSees
    crumbs: tuple[Crumb, ...]
    list: ListPage[queries.AccountRow]


@dataclass(frozen=True)
class AccountPage:
    """One account; `link` is one just made, shown this once."""

    title: str
    who_sees: WhoSees
    crumbs: tuple[Crumb, ...]
    uid: str
    name: str
    facts: tuple[Fact, ...]
    active: bool
    form: Form
    happenings: list[queries.Happening]
    link: str = ""
    link_until: datetime | None = None


@dataclass(frozen=True)
class PoliciesPage:
    """What the organisation has decided."""

    title: str
    lede: str
    who_sees: WhoSees
    crumbs: tuple[Crumb, ...]
    policies: list[queries.PolicyOverview]


@dataclass(frozen=True)
class PolicyPage:
    """One policy: its history, the form for the next version where the viewer may, and what that would change."""

    title: str
    who_sees: WhoSees
    crumbs: tuple[Crumb, ...]
    name: str
    history: list[queries.PolicyVersion]
    form: Form | None
    preview: queries.PolicyPreview | None = None
    hidden: tuple[tuple[str, str], ...] = field(default=())
