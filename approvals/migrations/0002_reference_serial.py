"""The sequence references are numbered by: drawn without a lock, never twice."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE approvals_reference_serial START 1",
            "DROP SEQUENCE approvals_reference_serial",
        )
    ]
