from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "leanship.features.base"
    label = "base"
