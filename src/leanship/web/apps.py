from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "leanship.web"
    label = "web"
