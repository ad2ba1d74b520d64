from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StandingConfig(AppConfig):
    name = "leanship.features.standing"
    label = "standing"

    def ready(self) -> None:
        from leanship.features.org.sections import person_sections
        from leanship.features.standing.sections import of_person
        from leanship.web.navigation import Item, register

        person_sections.add("standing", of_person, order=10)

        register(
            Item("today", _("Today"), "standing:today", letter="t", order=1, phone="today", short=_("Today"))
        )
        register(
            Item(
                "standing",
                _("My standing"),
                "standing:mine",
                letter="s",
                order=2,
                phone="standing",
                short=_("Standing"),
            )
        )
        register(
            Item(
                "waiting",
                _("Waiting for me"),
                "standing:waiting",
                letter="w",
                order=3,
                phone="waiting",
                short=_("Waiting"),
            )
        )
