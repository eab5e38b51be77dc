"""What the machine learned from cases, under its number, and what it suggested for each."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_evaluation_and_secrecy"),
    ]

    operations = [
        migrations.CreateModel(
            name="MatterModel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.PositiveIntegerField(verbose_name="版本号")),
                ("digest", models.CharField(max_length=64, verbose_name="内容摘要")),
                ("learned_at", models.DateTimeField(verbose_name="训练时刻")),
                ("card", models.JSONField(verbose_name="模型说明")),
                ("content", models.BinaryField(null=True, verbose_name="内容")),
                ("examples", models.JSONField(default=dict, verbose_name="各事项的例件")),
                ("since", models.DateTimeField(blank=True, null=True, verbose_name="启用时刻")),
                ("until", models.DateTimeField(blank=True, null=True, verbose_name="停用时刻")),
                ("words", models.CharField(blank=True, max_length=200, verbose_name="为何启用或者不启用")),
            ],
            options={
                "verbose_name": "事项模型",
                "verbose_name_plural": "事项模型",
                "constraints": [
                    models.UniqueConstraint(fields=("no",), name="one_matter_model_a_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("since__isnull", False), ("until__isnull", True)),
                        fields=("until",),
                        name="one_matter_model_in_service",
                        nulls_distinct=False,
                        violation_error_message="同一时刻只有一个事项模型在用",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("since__isnull", True),
                            ("until__isnull", False),
                            ("content__isnull", False),
                            _connector="OR",
                        ),
                        name="a_matter_model_in_service_has_its_content",
                        violation_error_message="在用的事项模型须有内容",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Suggested",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="建议时刻")),
                ("confidence", models.FloatField(verbose_name="把握度")),
                ("threshold", models.FloatField(verbose_name="当时的分派门槛")),
                ("sent", models.BooleanField(default=False, verbose_name="自动分派")),
                ("label", models.CharField(blank=True, max_length=40, verbose_name="学到的大类")),
                ("candidates", models.JSONField(default=list, verbose_name="候选")),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suggested",
                        to="cases.case",
                        verbose_name="诉求",
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.matter",
                        verbose_name="建议的事项",
                    ),
                ),
                (
                    "model",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suggested",
                        to="cases.mattermodel",
                        verbose_name="事项模型",
                    ),
                ),
            ],
            options={
                "verbose_name": "事项建议",
                "verbose_name_plural": "事项建议",
                "indexes": [
                    models.Index(fields=["case", "-id"], name="suggested_by_case"),
                    models.Index(fields=["model", "id"], name="suggested_by_model"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sent", False), ("matter__isnull", False), _connector="OR"),
                        name="what_went_by_itself_had_a_matter",
                        violation_error_message="没有建议事项的不能自动分派",
                    )
                ],
            },
        ),
    ]
