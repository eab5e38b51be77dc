from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "zhize.record"
    label = "record"
    verbose_name = "文件与事件"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from zhize.record import outbox, tellings

        tellings.discover()
        outbox.discover()
