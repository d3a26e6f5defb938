from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("backbone", "0005_repairs")]

    operations = [
        migrations.AddField(
            model_name="process",
            name="busy_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="process",
            name="version",
            field=models.CharField(blank=True, default="", max_length=60),
            preserve_default=False,
        ),
    ]
