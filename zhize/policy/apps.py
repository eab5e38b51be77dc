from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "zhize.policy"
    label = "policy"
    verbose_name = "政策"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from zhize.policy.queries import require_competence
        from zhize.record.judges import judge_papers

        judge_papers(require_competence)
