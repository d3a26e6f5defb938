"""What is due for its next try is found in order, however much of it there is after a repair of very many."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("backbone", "0009_runs_by_process")]

    operations = [
        migrations.AddIndex(
            model_name="inbox",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["consumer", "due_at", "position"],
                name="inbox_due",
            ),
        ),
    ]
