from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "leanship.features.jobs"
    label = "jobs"

    def ready(self) -> None:
        from leanship.features.jobs import housekeeping, schedule

        schedule.daily(housekeeping.TIDY)
