import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Intake keeps three indexes less: two for LIKE that `unique=True` brought, and legs by holding. Nothing asks by them."""

    dependencies = [
        ("cases", "0002_guards"),
    ]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="idempotency_key",
            field=models.CharField(blank=True, max_length=64, null=True, verbose_name="提交标识"),
        ),
        migrations.AlterField(
            model_name="case",
            name="no",
            field=models.CharField(max_length=24, verbose_name="受理编号"),
        ),
        migrations.AlterField(
            model_name="leg",
            name="holding",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="legs",
                to="register.holding",
                verbose_name="依据的职责归属",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                fields=("no",), name="one_case_per_no", violation_error_message="这个受理编号已有一件"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                fields=("idempotency_key",),
                name="one_case_per_idempotency_key",
                violation_error_message="这个提交标识已有一件",
            ),
        ),
    ]
