import django.db.models
from django.db import migrations

COVERED = ["to_day", "body", "capacity", "id", "mode", "segment", "level", "instrument", "principal", "concurrent", "excludes"]


class Migration(migrations.Migration):
    """resolve() is answered from the index alone."""

    dependencies = [("register", "0003_importing")]
    operations = [
        migrations.RemoveIndex("holding", "holding_by_duty_place"),
        migrations.AddIndex(
            "holding",
            django.db.models.Index(
                fields=["duty", "place", "-from_day"],
                include=COVERED,
                condition=django.db.models.Q(withdrawn_at__isnull=True),
                name="holding_by_duty_place",
            ),
        ),
    ]
