from django.db import migrations, models


class Migration(migrations.Migration):
    """A message that only went into a file says so. Those filed before, taken for sent, cannot be told from sent ones and stay."""

    dependencies = [
        ("record", "0005_messages"),
    ]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "待发"),
                    ("sending", "发送中"),
                    ("sent", "已发"),
                    ("filed", "存入文件，未外发"),
                    ("failed", "发送失败"),
                    ("stale", "过时未发"),
                ],
                default="waiting",
                max_length=8,
                verbose_name="状态",
            ),
        ),
    ]
