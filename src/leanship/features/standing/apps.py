from django.apps import AppConfig


class StandingConfig(AppConfig):
    name = "leanship.features.standing"
    label = "standing"
