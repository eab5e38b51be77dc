from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "zhize.lists"
    label = "lists"
    verbose_name = "清单"
    default_auto_field = "django.db.models.BigAutoField"
