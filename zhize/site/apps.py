from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "zhize.site"
    label = "site"
    verbose_name = "门户"
    default_auto_field = "django.db.models.BigAutoField"
