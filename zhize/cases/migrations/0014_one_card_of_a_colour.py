from django.db import migrations, models

REMINDERS = """
alter table cases_urge disable trigger cases_urge_kept;
update cases_urge u set kind = 'remind' where kind in ('yellow', 'red') and exists (
 select from cases_urge first where first.leg_id = u.leg_id and first.kind = u.kind and first.id < u.id);
alter table cases_urge enable trigger cases_urge_kept"""


class Migration(migrations.Migration):
    """A leg is shown each colour once. A second card of a colour, which the pages allowed, is kept as the reminder it was."""

    dependencies = [
        ("cases", "0013_centres"),
    ]

    operations = [
        migrations.RunSQL(REMINDERS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="urge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ["yellow", "red"])),
                fields=("leg", "kind"),
                name="one_card_of_a_colour_a_leg",
                violation_error_message="这次分派已经亮过这种牌",
            ),
        ),
    ]
