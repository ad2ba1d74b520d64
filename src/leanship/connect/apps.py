from django.apps import AppConfig


class ConnectConfig(AppConfig):
    name = "leanship.connect"
    label = "connect"
