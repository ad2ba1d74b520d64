"""Everything that changes who can get in, and with what."""

from leanship.features.accounts.actions.administer import (
    Invitation,
    change_role,
    deactivate,
    invite,
    invite_newcomer,
    reactivate,
)
from leanship.features.accounts.actions.first_run import FirstRun, set_up
from leanship.features.accounts.actions.organisation import check_policy, edit_organisation, set_policy
from leanship.features.accounts.actions.own import change_preferences, end_other_sessions, set_password
from leanship.features.accounts.actions.sign_in import (
    LIFETIME,
    LinkGone,
    create_sign_in_link,
    look_at_link,
    mail_is_on,
    send_sign_in_link,
    use_sign_in_link,
)
from leanship.features.accounts.actions.tokens import (
    authenticate_token,
    create_token,
    find_token,
    revoke_token,
)

__all__ = [
    "LIFETIME",
    "FirstRun",
    "Invitation",
    "LinkGone",
    "authenticate_token",
    "change_preferences",
    "change_role",
    "check_policy",
    "create_sign_in_link",
    "create_token",
    "deactivate",
    "edit_organisation",
    "end_other_sessions",
    "find_token",
    "invite",
    "invite_newcomer",
    "look_at_link",
    "mail_is_on",
    "reactivate",
    "revoke_token",
    "send_sign_in_link",
    "set_password",
    "set_policy",
    "set_up",
    "use_sign_in_link",
]
