"""On PostgreSQL the database itself refuses to change or remove ledger rows."""

from django.db import migrations

TABLES = ("core_auditentry", "core_auditseal", "core_publishedversion")


def _on_postgresql(schema_editor, statements):
    if schema_editor.connection.vendor == "postgresql":
        for statement in statements:
            schema_editor.execute(statement)


def add_triggers(apps, schema_editor):
    statements = [
        "CREATE OR REPLACE FUNCTION core_refuse_change() RETURNS trigger AS $$ "
        "BEGIN RAISE EXCEPTION 'ledger rows are append-only'; END; $$ LANGUAGE plpgsql"
    ]
    statements += [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION core_refuse_change()"
        for table in TABLES
    ]
    _on_postgresql(schema_editor, statements)


def remove_triggers(apps, schema_editor):
    statements = [f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}" for table in TABLES]
    _on_postgresql(schema_editor, [*statements, "DROP FUNCTION IF EXISTS core_refuse_change()"])


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(add_triggers, remove_triggers)]
