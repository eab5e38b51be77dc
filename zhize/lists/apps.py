from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "zhize.lists"
    label = "lists"
    verbose_name = "清单"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy

        from zhize.register.drafts.sorts import SORTS, Sort
        from zhize.register.importing.doers import DOERS, Doer

        page = "lists:draft_sheet"
        DOERS["draft_sheet"] = Doer("zhize.lists.errands.draft_sheet", page, gettext_lazy("用表格批量调整"), page)
        where = "zhize.lists.drafts"
        SORTS["batch"] = Sort(gettext_lazy("清单调整批次"), f"{where}.open_batches", f"{where}.find_batch")
