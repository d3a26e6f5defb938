"""The newest runs of one process are found without a look at those of the others, however rare they are among them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("backbone", "0008_positions_unchecked")]

    operations = [
        migrations.AddIndex(
            model_name="sagainstance",
            index=models.Index(fields=["saga", "-started_at", "-id"], name="saga_newest_of_kind"),
        ),
    ]
