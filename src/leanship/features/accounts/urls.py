"""Addresses of signing in, setting up and settings."""

from __future__ import annotations

from django.urls import path

from leanship.features.accounts.views import administer, organisation, own, setup, sign_in

app_name = "accounts"

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/send-link/", sign_in.send_link, name="send_link"),
    path("sign-in/link/<str:token>/", sign_in.link, name="link"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("setup/", setup.setup, name="setup"),
    path("setup/next/", setup.welcome, name="welcome"),
    path("settings/", own.hub, name="settings"),
    path("settings/me/", own.me, name="me"),
    path("settings/me/password/", own.password, name="password"),
    path("settings/me/sessions/end/", own.end_sessions, name="end_sessions"),
    path("settings/me/keys/", own.tokens, name="tokens"),
    path("settings/me/keys/<str:uid>/revoke/", own.revoke_token, name="revoke_token"),
    path("settings/organisation/", organisation.organisation, name="organisation"),
    path("settings/policies/", organisation.policies, name="policies"),
    path("settings/policies/<str:name>/", organisation.policy, name="policy"),
    path("settings/accounts/", administer.accounts, name="accounts"),
    path("settings/accounts/invite/", administer.invite, name="invite"),
    path("settings/accounts/<str:uid>/", administer.account, name="account"),
    path("settings/accounts/<str:uid>/role/", administer.role, name="change_role"),
    path("settings/accounts/<str:uid>/link/", administer.make_link, name="make_link"),
    path("settings/accounts/<str:uid>/deactivate/", administer.deactivate, name="deactivate"),
    path("settings/accounts/<str:uid>/reactivate/", administer.reactivate, name="reactivate"),
]
