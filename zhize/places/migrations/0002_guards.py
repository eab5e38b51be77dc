from django.db import migrations

from zhize.record.schema import guard

STATEMENTS = [
    "placelife",
    "placename",
    "placecode",
    "placelink",
    "groupmember",
    "succession",
]


class Migration(migrations.Migration):
    """Statements and events are never edited and never deleted, whoever asks."""

    dependencies = [("places", "0001_initial"), ("record", "0002_guards")]
    operations = [
        *[guard(f"places_{name}") for name in STATEMENTS],
    ]
