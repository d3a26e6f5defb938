"""A run of a job keeps which messages it has put into the log."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("backbone", "0010_due_in_order")]

    operations = [
        migrations.CreateModel(
            name="JobMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.BigIntegerField()),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="backbone.jobrun",
                    ),
                ),
            ],
            options={"default_permissions": ()},
        ),
        migrations.AddConstraint(
            model_name="jobmessage",
            constraint=models.UniqueConstraint(fields=("run", "seq"), name="job_message_once"),
        ),
    ]
