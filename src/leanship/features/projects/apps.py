from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "leanship.features.projects"
    label = "projects"

    def ready(self) -> None:
        from leanship.features.projects import jobs
        from leanship.web.navigation import Item, register

        for module in iter_modules(jobs.__path__):
            import_module(f"{jobs.__name__}.{module.name}")
        register(Item("projects", _("Projects"), "projects:board", letter="j", order=20, module="projects"))
