from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "leanship.features.org"
    label = "org"
