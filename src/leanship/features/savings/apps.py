from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SavingsConfig(AppConfig):
    name = "leanship.features.savings"
    label = "savings"

    def ready(self) -> None:
        from leanship.features.org import taking, waiting
        from leanship.features.savings import record, sources
        from leanship.features.savings.queries import source_of_saving, what_waits
        from leanship.web.navigation import Item, register

        waiting.register(what_waits)
        taking.register(record.of_person)
        sources.register("saving", source_of_saving)
        register(Item("savings", _("Savings"), "savings:ledger", letter="l", order=25, in_rail=True))
