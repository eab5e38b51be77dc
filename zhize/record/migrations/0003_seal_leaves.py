from django.db import migrations, models

from zhize.record.schema import guard, seal_function


class Migration(migrations.Migration):
    """A seal keeps the hash of each of its events, so that a changed event is named; and is itself never edited."""

    dependencies = [("record", "0002_guards")]
    operations = [
        migrations.AddField("seal", "leaves", models.BinaryField(default=b"", verbose_name="叶")),
        seal_function(),
        guard("record_seal", "seal"),
    ]
