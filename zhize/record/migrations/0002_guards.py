from django.db import migrations

from zhize.record.schema import functions, guard


class Migration(migrations.Migration):
    """Statements and events are never edited and never deleted, whoever asks."""

    dependencies = [("record", "0001_initial")]
    operations = [
        functions(),
        guard("record_event", "event"),
        guard("record_lawversion"),
    ]
