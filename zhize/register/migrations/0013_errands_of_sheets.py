from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0012_township_lists_imported")]

    operations = [
        migrations.AddField(
            "errand", "made", models.CharField(blank=True, default="", max_length=200, verbose_name="办成了什么")
        ),
        migrations.RunSQL(
            "update register_errand set made = '/desk/imports/' || draft_id || '/' where state = 'done' and draft_id is not null",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            "errand",
            "what",
            models.CharField(
                choices=[("draft_import", "读取"), ("accept_import", "接受"), ("draft_sheet", "读入申报表")],
                max_length=16,
                verbose_name="做什么",
            ),
        ),
    ]
