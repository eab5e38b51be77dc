from django.db import migrations

from zhize.record.schema import guard

STATEMENTS = [
    "bodylife",
    "bodyname",
    "bodysuperior",
    "bodysite",
    "bodycontact",
    "bodycode",
    "bodysuccession",
    "dutywording",
    "dutycode",
    "dutybasis",
    "dutylink",
    "dutysegment",
    "holding",
    "mattername",
    "matterduty",
    "seat",
]


class Migration(migrations.Migration):
    """Statements and events are never edited and never deleted, whoever asks."""

    dependencies = [("register", "0001_initial"), ("record", "0002_guards")]
    operations = [
        *[guard(f"register_{name}") for name in STATEMENTS],
    ]
