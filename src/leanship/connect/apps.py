from django.apps import AppConfig


class ConnectConfig(AppConfig):
    name = "leanship.connect"
    label = "connect"

    def ready(self) -> None:
        from leanship.connect import jobs
        from leanship.features.jobs import schedule

        schedule.daily(jobs.SWEEP)
