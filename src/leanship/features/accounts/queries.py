"""What the pages of accounts and settings show, each as a value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leanship.features.accounts.models import ApiToken, User
from leanship.features.base import policies
from leanship.features.base.errors import NotFound
from leanship.features.base.models import Event, Organisation, Policy, Standing
from leanship.features.base.policy_rules import installed_modules
from leanship.features.org import access
from leanship.features.org.access import About, Actor
from leanship.features.org.models import Person
from leanship.web import format as fmt
from leanship.web import words
from leanship.web.layout import Audience, WhoSees
from leanship.web.lists import Filter, ListPage, ListRequest, ListSpec, Sort

STATES = ("active", "off", "none")


def only_me(actor: Actor) -> WhoSees:
    """Who sees a page about one's own account: oneself."""
    return WhoSees(
        summary=words.seen_by(1),
        audience=(Audience(label=actor.name, reason=_("this is about you"), count=1),),
    )


def me_and_administrators(actor: Actor) -> WhoSees:
    """Who sees what an account is and what happened to it: its owner, and administrators in their list."""
    office = access.audience("account")
    own = Audience(label=actor.name, reason=_("this is about you"), count=1)
    return WhoSees(summary=_("you and %(who)s") % {"who": office.summary}, audience=(own, *office.audience))


def own_account(actor: Actor) -> User:
    """The viewer's account. Raises NotFound for somebody without one."""
    user = User.objects.filter(person_id=actor.own_id).first()
    if user is None:
        raise NotFound
    return user


@dataclass(frozen=True)
class TokenRow:
    """A key as its owner sees it; the key itself is kept nowhere."""

    uid: str
    name: str
    hint: str
    read_only: bool
    made_at: datetime
    last_used_on: date | None
    expires_on: date | None
    state: str  # "active", "expired" or "revoked"


def tokens(actor: Actor) -> list[TokenRow]:
    """The viewer's own keys: those that work first, then the newest first."""
    today = policies.today()

    def state(token: ApiToken) -> str:
        if token.revoked_at is not None:
            return "revoked"
        return "expired" if token.expires_on is not None and token.expires_on < today else "active"

    found = access.visible(actor, ApiToken.objects.all()).order_by("-id")
    rows = [
        TokenRow(
            token.uid,
            token.name,
            token.hint,
            token.read_only,
            token.created_at,
            token.last_used_on,
            token.expires_on,
            state(token),
        )
        for token in found
    ]
    return sorted(rows, key=lambda row: row.state != "active")


def token(actor: Actor, uid: str) -> ApiToken:
    """One of the viewer's own keys. Raises NotFound for everything else."""
    found = access.visible(actor, ApiToken.objects.select_related("user__person")).filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Happening:
    """Something that happened to an account, in words."""

    at: datetime
    text: str


def _happening_words(kind: str, params: dict[str, Any], who: str, own: bool) -> str:
    role = dict(User.Roles.choices).get(params.get("after") or params.get("role") or "", "")
    by = _("by yourself") if own else _("by %(name)s") % {"name": who} if who else _("by Leanship itself")
    return {
        "account.created": _("Account made %(by)s"),
        "account.link_created": _("Sign-in link made %(by)s"),
        "account.link_used": _("Signed in with a link"),
        "account.password_set": _("Password set"),
        "account.sessions_ended": _("Signed out everywhere else"),
        "account.preferences_changed": _("Preferences changed"),
        "account.token_created": _("API key made"),
        "account.token_revoked": _("API key revoked"),
        "account.role_changed": _("Role changed to %(role)s %(by)s"),
        "account.deactivated": _("Switched off %(by)s"),
        "account.reactivated": _("Switched on again %(by)s"),
        "account.renamed": _("Sign-in name changed %(by)s"),
    }.get(kind, kind) % {"by": by, "role": role}


def happenings(actor: Actor, user: User, most: int = 20) -> list[Happening]:
    """The latest events of an account, for its owner and for administrators."""
    if actor.person_id != user.person_id:
        access.require(actor, "read", About("account"))
    found = list(Event.objects.filter(subject_kind="account", subject_id=user.pk).order_by("-id")[:most])
    names = _names(event.actor_id for event in found)
    return [
        Happening(
            event.at,
            _happening_words(
                event.kind,
                event.params,
                names.get(event.actor_id or 0, ""),
                event.actor_id == actor.person_id == user.person_id,
            ),
        )
        for event in found
    ]


def _names(ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {each for each in ids if each is not None}
    return dict(Person.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


@dataclass(frozen=True)
class AccountRow:
    """A person and how they get in: `state` is "active", "off" or "none"."""

    person_uid: str
    name: str
    title: str
    email: str
    account_uid: str
    username: str
    role: str
    state: str
    last_sign_in: datetime | None


def accounts_spec() -> ListSpec:
    """How the list of accounts can be searched, narrowed and put in order."""
    return ListSpec(
        sorts=(
            Sort("name", ("name", "id")),
            Sort("role", ("user__role", "name", "id")),
            Sort("last", ("user__last_login", "name", "id")),
        ),
        order="name",
        filters=(
            Filter(
                "account",
                _("Account"),
                (("active", _("Can sign in")), ("off", _("Switched off")), ("none", _("No account yet"))),
            ),
            Filter("role", _("Role"), tuple((value, str(label)) for value, label in User.Roles.choices)),
        ),
        search_label=_("Search by name, title or e-mail"),
    )


def _people(actor: Actor, asked: ListRequest) -> QuerySet[Any, Any]:
    access.require(actor, "read", About("account"))
    # who left is listed only while an account of theirs is still there to look at
    rows = Person.objects.filter(Q(left_on=None) | Q(user__isnull=False))
    for word in asked.search.casefold().split():
        rows = rows.filter(Q(search__contains=word) | Q(user__username__contains=word))
    state = {
        "active": Q(user__is_active=True),
        "off": Q(user__is_active=False),
        "none": Q(user__isnull=True),
    }.get(asked.filter("account"))
    if state is not None:
        rows = rows.filter(state)
    if role := asked.filter("role"):
        rows = rows.filter(user__role=role)
    return rows.values(
        "uid",
        "name",
        "title",
        "email",
        account_uid=F("user__uid"),
        username=F("user__username"),
        role_code=F("user__role"),
        active=F("user__is_active"),
        last=F("user__last_login"),
    )


def _account_row(row: dict[str, Any]) -> AccountRow:
    state = "none" if row["account_uid"] is None else "active" if row["active"] else "off"
    return AccountRow(
        person_uid=row["uid"],
        name=row["name"],
        title=row["title"],
        email=row["email"] or "",
        account_uid=row["account_uid"] or "",
        username=row["username"] or "",
        role=str(dict(User.Roles.choices).get(row["role_code"], "")),
        state=state,
        last_sign_in=row["last"],
    )


def accounts(actor: Actor, asked: ListRequest) -> ListPage[AccountRow]:
    """One page of people with their accounts; two queries. Raises Refused unless an administrator looks."""
    page: ListPage[dict[str, Any]] = asked.page(_people(actor, asked))
    return page.with_rows(_account_row(row) for row in page.rows)


def all_accounts(actor: Actor, asked: ListRequest) -> list[AccountRow]:
    """The whole list, for the export."""
    return [_account_row(row) for row in _people(actor, asked).order_by(*asked.order_by)]


def account(actor: Actor, uid: str) -> User:
    """An account by its uid. Raises Refused unless an administrator looks, NotFound."""
    access.require(actor, "read", About("account"))
    found = User.objects.filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found


def person_to_invite(actor: Actor, uid: str) -> Person:
    """Somebody who is here and may be given an account. Raises Refused, NotFound."""
    access.require(actor, "edit", About("account"))
    found = Person.objects.filter(uid=uid, left_on=None).first()
    if found is None:
        raise NotFound
    return found


def organisation(actor: Actor) -> Organisation:
    """The organisation's settings. Raises NotFound before the setup."""
    access.require(actor, "read", About("organisation"))
    found = policies.organisation()
    if found is None:
        raise NotFound
    return found


# Policies


def policy_label(name: str) -> str:
    """A policy's name in words. Raises KeyError for one that there is not."""
    return {
        "bands": _("Thresholds of the bands"),
        "modules": _("Parts that are switched on"),
        "correction_days": _("Days to answer a correction request"),
    }[name]


def module_label(name: str) -> str:
    """A part's name in words."""
    labels = {"productivity": _("Productivity"), "projects": _("Projects"), "people": _("People")}
    return labels.get(name, words.capital(name))


def policy_words(name: str, value: Any) -> str:
    """What a policy's value says."""
    if name == "bands":
        return _("exceeds from %(exceeds)d %%, meets from %(meets)d %%") % dict(value)
    if name == "correction_days":
        return _("%(days)d days") % dict(value)
    off = [module_label(each) for each in value["off"]]
    return _("off: %(names)s") % {"names": ", ".join(off)} if off else _("all of them")


@dataclass(frozen=True)
class PolicyVersion:
    """One version of a policy: from when it holds, what it says, who set it, when and why."""

    valid_from: date | None  # None: what came with Leanship
    text: str
    set_by: str
    set_at: datetime | None
    reason: str
    state: str  # "past", "now" or "later"


@dataclass(frozen=True)
class PolicyOverview:
    """A policy with what holds today, and what will."""

    name: str
    label: str
    now: str
    later: PolicyVersion | None


def policy_overviews(actor: Actor) -> list[PolicyOverview]:
    """Every policy with what holds today; one query."""
    access.require(actor, "read", About("policy"))
    rows: dict[str, list[Policy]] = {name: [] for name in policies.DEFAULTS}
    for row in Policy.objects.filter(name__in=rows):
        rows[row.name].append(row)
    today = policies.today()
    found = []
    for name, versions in rows.items():
        listed = _versions(name, versions, today, {})
        now = next(each for each in listed if each.state == "now")
        later = next((each for each in reversed(listed) if each.state == "later"), None)
        found.append(PolicyOverview(name, policy_label(name), now.text, later))
    return found


def _versions(name: str, rows: list[Policy], today: date, names: dict[int, str]) -> list[PolicyVersion]:
    """Newest first, what came with Leanship last. Of two versions of one day the later one counts."""
    found = [PolicyVersion(None, policy_words(name, policies.DEFAULTS[name]), "", None, "", "past")]
    holding = 0
    for row in rows:
        state = "later" if row.valid_from > today else "past"
        if state == "past":
            holding = len(found)
        found.append(
            PolicyVersion(
                row.valid_from,
                policy_words(name, row.value),
                names.get(row.set_by_id or 0, ""),
                row.set_at,
                row.reason,
                state,
            )
        )
    now = found[holding]
    found[holding] = PolicyVersion(now.valid_from, now.text, now.set_by, now.set_at, now.reason, "now")
    return found[::-1]


def policy_history(actor: Actor, name: str) -> list[PolicyVersion]:
    """Every version of a policy, the newest first. Raises NotFound for a policy that there is not."""
    access.require(actor, "read", About("policy"))
    if name not in policies.DEFAULTS:
        raise NotFound
    rows = policies.history(name)
    return _versions(name, rows, policies.today(), _names(row.set_by_id for row in rows))


@dataclass(frozen=True)
class PolicyPreview:
    """What a new version would change, and what it leaves alone."""

    before: str
    after: str
    valid_from: date
    effects: tuple[str, ...]


def preview_policy(actor: Actor, *, name: str, value: Any, valid_from: date) -> PolicyPreview:
    """What `set_policy` would change. Raises Refused without the right to set policies."""
    access.require(actor, "edit", About("policy"))
    effects = []
    if name == "bands":
        count = Standing.objects.filter(is_current=True).count()
        effects = [
            _("Periods that end on this day or later are judged by the new thresholds."),
            ngettext(
                "Periods that ended before keep what they were judged by: %(count)d rating stays as it is.",
                "Periods that ended before keep what they were judged by: %(count)d ratings stay as they are.",
                count,
            )
            % {"count": count},
            _("A KPI with thresholds of its own keeps them."),
        ]
    elif name == "correction_days":
        effects = [_("Requests made before this day keep the day they were promised.")]
    else:
        before = set(policies.policy(name, valid_from)["off"])
        off, on = sorted(set(value["off"]) - before), sorted(before - set(value["off"]))
        if off:
            effects.append(
                _("%(names)s: its pages say that there is nothing. What was entered is kept.")
                % {"names": ", ".join(module_label(each) for each in off)}
            )
        if on:
            effects.append(
                _("%(names)s: its pages are there again, with everything that was entered.")
                % {"names": ", ".join(module_label(each) for each in on)}
            )
    following = (
        Policy.objects.filter(name=name, valid_from__gt=valid_from).order_by("valid_from", "-id").first()
    )
    if following is not None:
        effects.append(
            _("From %(day)s another version takes over: %(words)s.")
            % {"day": fmt.day(following.valid_from), "words": policy_words(name, following.value)}
        )
    return PolicyPreview(
        policy_words(name, policies.policy(name, valid_from)),
        policy_words(name, value),
        valid_from,
        tuple(effects),
    )


def modules() -> list[tuple[str, str]]:
    """The parts that can be switched off, with their names in words."""
    return [(name, module_label(name)) for name in installed_modules()]
