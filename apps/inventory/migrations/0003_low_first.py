"""The levels that are low are listed first without sorting them all."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inventory", "0002_found_by_name")]

    operations = [
        migrations.AddIndex(
            model_name="stocklevel",
            index=models.Index(fields=["-low", "id"], name="stock_low_first"),
        ),
    ]
