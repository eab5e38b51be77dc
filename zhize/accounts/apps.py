from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "zhize.accounts"
    label = "accounts"
    verbose_name = "工作人员"
    default_auto_field = "django.db.models.BigAutoField"
