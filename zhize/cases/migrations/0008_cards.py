from django.db import migrations, models


class Migration(migrations.Migration):
    """Yellow before the deadline, red after it; an order is an object of its own now."""

    dependencies = [
        ("cases", "0007_what_was_learned"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="urge", name="an_order_has_a_limit"),
        migrations.AlterField(
            model_name="urge",
            name="kind",
            field=models.CharField(
                choices=[("remind", "催办"), ("yellow", "黄牌"), ("red", "红牌"), ("order", "督办")],
                max_length=6,
                verbose_name="种类",
            ),
        ),
        migrations.AddConstraint(
            model_name="urge",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("kind", "order"), _negated=True), ("due__isnull", False), _connector="OR"),
                name="an_order_has_a_limit",
                violation_error_message="督办须写明答复期限",
            ),
        ),
    ]
