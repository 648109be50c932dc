"""On PostgreSQL the database itself refuses to change or remove entries of the consent ledger."""

from django.db import migrations


def _on_postgresql(schema_editor, statement):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(statement)


def add_trigger(apps, schema_editor):
    _on_postgresql(
        schema_editor,
        "CREATE TRIGGER accounts_consententry_append_only BEFORE UPDATE OR DELETE ON accounts_consententry "
        "FOR EACH ROW EXECUTE FUNCTION core_refuse_change()",
    )


def remove_trigger(apps, schema_editor):
    _on_postgresql(schema_editor, "DROP TRIGGER IF EXISTS accounts_consententry_append_only ON accounts_consententry")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_codes_and_consent"), ("core", "0002_append_only_triggers")]
    operations = [migrations.RunPython(add_trigger, remove_trigger)]
