from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "leanship.features.projects"
    label = "projects"

    def ready(self) -> None:
        from leanship.features.org import waiting
        from leanship.features.org.signals import people_changed
        from leanship.features.projects import following, jobs
        from leanship.features.projects.queries import feedback, results
        from leanship.features.savings import sources
        from leanship.web.navigation import Item, register

        for module in iter_modules(jobs.__path__):
            import_module(f"{jobs.__name__}.{module.name}")
        people_changed.connect(following.people_changed, dispatch_uid="projects.following")
        waiting.register(feedback.waiting, module="projects")
        waiting.register(results.what_waits, module="projects")
        sources.register("project", results.project_as_source)
        sources.register("result", results.result_as_source)
        register(Item("projects", _("Projects"), "projects:board", letter="j", order=20, module="projects"))
