from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "zhize.register"
    label = "register"
    verbose_name = "职责登记"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from zhize.record.judges import judge_rights
        from zhize.register.access import allow
        from zhize.register.evidence import discover

        discover()
        judge_rights(allow)
