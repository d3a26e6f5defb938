"""The last app: once all others are loaded, it lets services and sagas register."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "project"

    def ready(self) -> None:
        from project.autodiscovery import register_everyone

        register_everyone()
