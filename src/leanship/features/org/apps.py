from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrgConfig(AppConfig):
    name = "leanship.features.org"
    label = "org"

    def ready(self) -> None:
        from leanship.web.navigation import FOOT, Item, register

        register(Item("org", _("Organisation"), "org:home", group=FOOT, letter="o", order=10))
