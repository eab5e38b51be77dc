from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "zhize.places"
    label = "places"
    verbose_name = "地方"
    default_auto_field = "django.db.models.BigAutoField"
