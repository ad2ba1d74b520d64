from django.apps import AppConfig


class ProductivityConfig(AppConfig):
    name = "leanship.features.productivity"
    label = "productivity"

    def ready(self) -> None:
        from leanship.features.productivity import following  # noqa: F401  (connects the receiver)
