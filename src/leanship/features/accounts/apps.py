from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "leanship.features.accounts"
    label = "accounts"

    def ready(self) -> None:
        from leanship.features.accounts import follow
        from leanship.features.org.signals import people_changed
        from leanship.web.navigation import FOOT, Item, register

        people_changed.connect(follow.people_changed, dispatch_uid="accounts.follow")
        register(Item("settings", _("Settings"), "accounts:settings", group=FOOT, order=90))
