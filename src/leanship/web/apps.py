from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "leanship.web"
    label = "web"

    def ready(self) -> None:
        from leanship.web.navigation import FOOT, Item, register

        register(Item("help", _("Help"), "help:home", group=FOOT, letter="h", order=50))
