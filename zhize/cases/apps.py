from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "zhize.cases"
    label = "cases"
    verbose_name = "诉求办理"
    default_auto_field = "django.db.models.BigAutoField"
