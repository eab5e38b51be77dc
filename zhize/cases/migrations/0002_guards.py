from django.db import migrations

from zhize.cases.lifecycle import CASE, CASE_STARTS, LEG, LEG_STARTS
from zhize.cases.schema import kept, kept_function, steps


class Migration(migrations.Migration):
    """The receipt sequence; changes of state only as the lifecycle tables say; evidence never changed or deleted."""

    dependencies = [("cases", "0001_initial"), ("record", "0002_guards")]
    operations = [
        migrations.RunSQL("create sequence cases_receipt", "drop sequence cases_receipt"),
        kept_function(),
        steps("cases_case", CASE, CASE_STARTS),
        steps("cases_leg", LEG, LEG_STARTS),
        kept("cases_case", may_change=True),
        kept("cases_leg", may_change=True),
        *[kept(f"cases_{name}") for name in ("exhibit", "reply", "rating", "pastround", "urge")],
    ]
