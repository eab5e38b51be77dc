import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("power", "权力清单"),
                            ("duty", "责任清单"),
                            ("bodies", "机构名录"),
                            ("holdings", "职责归属表"),
                            ("transfer", "划转目录"),
                            ("service", "政务服务事项目录"),
                        ],
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                ("file_name", models.CharField(max_length=255, verbose_name="文件名")),
                ("sha256", models.CharField(max_length=64, verbose_name="文件摘要")),
                ("day", models.DateField(verbose_name="施行日")),
                ("mapping", models.JSONField(default=list, verbose_name="列的理解")),
                ("counts", models.JSONField(default=dict, verbose_name="计数")),
                ("findings", models.JSONField(default=list, verbose_name="整份文件的意见")),
                (
                    "state",
                    models.CharField(
                        choices=[("drafted", "草案"), ("accepted", "已接受"), ("discarded", "已放弃")],
                        default="drafted",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("drafted_at", models.DateTimeField(verbose_name="起草时刻")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="定案时刻")),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="record.event",
                        verbose_name="起草行为",
                    ),
                ),
                (
                    "instrument",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imports",
                        to="record.instrument",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
                        verbose_name="辖区",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="record.event",
                        verbose_name="定案行为",
                    ),
                ),
            ],
            options={
                "verbose_name": "导入",
                "verbose_name_plural": "导入",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sheet", models.CharField(blank=True, max_length=120, verbose_name="工作表")),
                ("row", models.PositiveIntegerField(verbose_name="行号")),
                (
                    "verdict",
                    models.CharField(
                        choices=[("taken", "采纳"), ("refused", "不采纳"), ("skipped", "非数据行")],
                        max_length=8,
                        verbose_name="结论",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=40, verbose_name="略过的原因")),
                ("raw", models.JSONField(default=list, verbose_name="原值")),
                ("understood", models.JSONField(default=dict, verbose_name="理解为")),
                ("findings", models.JSONField(default=list, verbose_name="意见")),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="register.import",
                        verbose_name="导入",
                    ),
                ),
            ],
            options={
                "verbose_name": "导入的行",
                "verbose_name_plural": "导入的行",
                "ordering": ["id"],
            },
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "discarded"), _negated=True),
                fields=("kind", "sha256"),
                name="one_live_import_a_file_and_kind",
                violation_error_message="同一份文件按同一种类只能有一份有效的导入",
            ),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "accepted"), _negated=True),
                    models.Q(("instrument__isnull", False), ("settled_by__isnull", False)),
                    _connector="OR",
                ),
                name="accepted_import_has_a_paper",
                violation_error_message="已接受的导入须有依据文件和接受行为",
            ),
        ),
        migrations.AddIndex(
            model_name="importrow",
            index=models.Index(fields=["draft", "verdict", "id"], name="import_row_by_verdict"),
        ),
    ]
