from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "leanship.features.accounts"
    label = "accounts"
