"""PostgreSQL no longer locks each message's row when it gets its position.

The foreign key's check did so for every message of the log, which nobody can delete anyway. SQLite keeps its key: to
drop it would mean to make the table anew, without the triggers that keep it append-only.
"""

import django.db.models.deletion
from django.db import migrations, models


def drop_key(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    positions = apps.get_model("backbone", "Position")
    for name in schema_editor._constraint_names(positions, ["message_id"], foreign_key=True):
        schema_editor.execute(schema_editor._delete_fk_sql(positions, name))


class Migration(migrations.Migration):
    dependencies = [("backbone", "0007_acts_of_people")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop_key, migrations.RunPython.noop)],
            state_operations=[
                migrations.AlterField(
                    model_name="position",
                    name="message",
                    field=models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="numbered",
                        to="backbone.message",
                    ),
                ),
            ],
        ),
    ]
