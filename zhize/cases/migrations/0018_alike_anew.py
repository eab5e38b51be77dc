"""What is alike is taken in anew by the worker: since decision 0030 was amended, a case is met by its bands too."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0017_answering")]

    operations = [
        migrations.RunSQL(
            "truncate cases_alikerow, cases_alikesegment, cases_alike", reverse_sql=migrations.RunSQL.noop
        )
    ]
