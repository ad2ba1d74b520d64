from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "leanship.api"
    label = "leanship_api"
