from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "leanship.features.projects"
    label = "projects"

    def ready(self) -> None:
        from leanship.features.org import taking, waiting
        from leanship.features.org.sections import person_sections, team_sections
        from leanship.features.org.signals import people_changed
        from leanship.features.projects import following, jobs, record, sections, time_following
        from leanship.features.projects import waiting as projects_waiting
        from leanship.features.projects.actions.results import follow_confirmation
        from leanship.features.projects.queries import feedback, own_notes, results, time_pages, time_waiting
        from leanship.features.savings import sources
        from leanship.features.savings.signals import confirmed
        from leanship.web.navigation import Item, register

        for module in iter_modules(jobs.__path__):
            import_module(f"{jobs.__name__}.{module.name}")
        people_changed.connect(following.people_changed, dispatch_uid="projects.following")
        people_changed.connect(time_following.follow, dispatch_uid="projects.time")
        taking.register(record.own)
        waiting.register(feedback.waiting, module="projects")
        waiting.register(results.what_waits, module="projects")
        confirmed.connect(follow_confirmation, dispatch_uid="projects.results")
        sources.register("project", results.project_as_source)
        sources.register("result", results.result_as_source)
        register(Item("time", _("Time"), "projects:time", letter="i", order=21, module="projects"))
        register(Item("fit", _("What fits"), "projects:fit_list", letter="f", order=22, module="projects"))
        register(
            Item("routines", _("Standard work"), "projects:routines", letter="d", order=23, module="projects")
        )
        person_sections.add("time", time_pages.of_person, order=55, module="projects")
        waiting.register(time_waiting.waiting, module="projects")
        waiting.register(projects_waiting.waiting, module="projects")
        person_sections.add("projects", sections.of_person, order=40, module="projects")
        person_sections.add("written_about_me", own_notes.section, order=90, module="projects")
        team_sections.add("projects", sections.of_team, order=40, module="projects")
        register(Item("projects", _("Projects"), "projects:board", letter="j", order=20, module="projects"))
