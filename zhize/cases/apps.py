from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "zhize.cases"
    label = "cases"
    verbose_name = "诉求办理"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy

        from zhize.cases.queries.identity import own_case_names
        from zhize.register.importing.doers import DOERS, Doer
        from zhize.register.serving import WITHHELD

        WITHHELD.append(own_case_names)
        page, says = "cases:simulation", gettext_lazy("由后台办理，可以离开这一页。草案只是试一试，登记没有任何改变。")
        DOERS["simulate"] = Doer("zhize.cases.errands.simulate", page, gettext_lazy("模拟"), page, says)
