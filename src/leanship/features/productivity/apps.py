from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProductivityConfig(AppConfig):
    name = "leanship.features.productivity"
    label = "productivity"

    def ready(self) -> None:
        from leanship.features.jobs import schedule
        from leanship.features.org.sections import person_sections, team_sections
        from leanship.features.productivity import (
            following,  # noqa: F401  (connects its receiver)
            jobs,
            sections,
        )
        from leanship.web.navigation import Item, register

        register(
            Item(
                "productivity",
                _("Productivity"),
                "productivity:kpis",
                letter="p",
                order=10,
                module="productivity",
            )
        )
        register(
            Item(
                "enter",
                _("Enter figures"),
                "productivity:entry",
                letter="e",
                order=11,
                phone="add",
                short=_("Add"),
                module="productivity",
                in_rail=False,
            )
        )
        person_sections.add("kpis", sections.of_person, module="productivity")
        team_sections.add("kpis", sections.of_team, module="productivity")
        register(Item("board", _("Board"), "productivity:board", letter="b", order=12, module="productivity"))
        schedule.daily(jobs.REFRESH)
