import django.db.models.deletion
from django.db import migrations, models

from zhize.cases.lifecycle import CASE, CASE_STARTS, LEG, LEG_STARTS
from zhize.cases.schema import steps


class Migration(migrations.Migration):
    """What is told twice, what was merged and can be taken apart again, what many speak of."""

    dependencies = [
        ("cases", "0010_channels"),
        ("places", "0003_place_boundary"),
    ]

    operations = [
        migrations.CreateModel(
            name="Alike",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="alike",
                        serialize=False,
                        to="cases.case",
                        verbose_name="诉求",
                    ),
                ),
                ("pairs", models.BinaryField(verbose_name="字对")),
            ],
            options={
                "verbose_name": "相似件底料",
                "verbose_name_plural": "相似件底料",
            },
        ),
        migrations.CreateModel(
            name="AlikeSegment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cases", models.PositiveIntegerField(verbose_name="件数")),
            ],
            options={
                "verbose_name": "相似件索引段",
                "verbose_name_plural": "相似件索引段",
            },
        ),
        migrations.CreateModel(
            name="AlikeRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pair", models.BigIntegerField(verbose_name="字对")),
                ("n", models.PositiveIntegerField(verbose_name="件数")),
                ("cases", models.BinaryField(verbose_name="诉求")),
                (
                    "segment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="cases.alikesegment",
                        verbose_name="段",
                    ),
                ),
            ],
            options={
                "verbose_name": "相似件索引",
                "verbose_name_plural": "相似件索引",
                "indexes": [models.Index(fields=["pair", "segment"], include=("n",), name="alike_by_pair")],
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="并案时刻")),
                ("by", models.BigIntegerField(null=True, verbose_name="经办人")),
                ("before", models.JSONField(verbose_name="并案以前")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销并案时刻")),
                ("undone_by", models.BigIntegerField(blank=True, null=True, verbose_name="撤销人")),
                ("why", models.CharField(blank=True, max_length=200, verbose_name="撤销的原因")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges",
                        to="cases.case",
                        verbose_name="诉求",
                    ),
                ),
                (
                    "into",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_here",
                        to="cases.case",
                        verbose_name="并入",
                    ),
                ),
            ],
            options={
                "verbose_name": "并案",
                "verbose_name_plural": "并案",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("case",),
                        name="a_case_follows_one_other_at_a_time",
                        violation_error_message="一件诉求同一时刻只能并入一件",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("undone_at__isnull", True), models.Q(("why", ""), _negated=True), _connector="OR"
                        ),
                        name="a_merge_undone_says_why",
                        violation_error_message="撤销并案须写明原因",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Topic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=120, verbose_name="标题")),
                ("words", models.JSONField(default=list, verbose_name="代表词")),
                ("places", models.JSONField(default=dict, verbose_name="各地件数")),
                ("days", models.JSONField(default=dict, verbose_name="各日件数")),
                ("first_seen", models.DateTimeField(verbose_name="最早")),
                ("last_seen", models.DateTimeField(verbose_name="最近")),
                ("size", models.PositiveIntegerField(verbose_name="件数")),
                ("callers", models.PositiveIntegerField(verbose_name="人数")),
                ("recent", models.PositiveIntegerField(verbose_name="本期件数")),
                ("before", models.PositiveIntegerField(verbose_name="上期件数")),
                ("found_at", models.DateTimeField(verbose_name="发现时刻")),
                ("seen_at", models.DateTimeField(verbose_name="最近一次见到")),
                ("told_at", models.DateTimeField(blank=True, null=True, verbose_name="提醒时刻")),
                ("cases", models.ManyToManyField(related_name="topics", to="cases.case", verbose_name="诉求")),
                (
                    "place",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
                        verbose_name="地点",
                    ),
                ),
            ],
            options={
                "verbose_name": "热点",
                "verbose_name_plural": "热点",
                "indexes": [models.Index(fields=["-seen_at", "-recent"], name="topic_by_heat")],
            },
        ),
        steps("cases_case", CASE, CASE_STARTS),
        steps("cases_leg", LEG, LEG_STARTS),
    ]
