from django.apps import AppConfig


class ProductivityConfig(AppConfig):
    name = "leanship.features.productivity"
    label = "productivity"
