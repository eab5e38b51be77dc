from django.db import migrations

from zhize.record.schema import guard

STATEMENTS = [
    "setting",
    "competence",
]


class Migration(migrations.Migration):
    """Statements and events are never edited and never deleted, whoever asks."""

    dependencies = [("policy", "0001_initial"), ("record", "0002_guards")]
    operations = [
        *[guard(f"policy_{name}") for name in STATEMENTS],
    ]
