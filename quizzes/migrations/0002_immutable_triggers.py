"""On PostgreSQL the database itself keeps versions as they were, and answers within the frozen questions."""

from django.db import migrations

FORWARD = (
    "CREATE OR REPLACE FUNCTION quizzes_refuse_update() RETURNS trigger AS $$ "
    "BEGIN RAISE EXCEPTION 'a question version is never changed'; END; $$ LANGUAGE plpgsql",
    # Deleting an author empties the author column; nothing else of a version may change.
    "CREATE OR REPLACE FUNCTION quizzes_refuse_version_update() RETURNS trigger AS $$ "
    "BEGIN IF NEW.author_id IS NULL AND (to_jsonb(NEW) - 'author_id') = (to_jsonb(OLD) - 'author_id') "
    "THEN RETURN NEW; END IF; RAISE EXCEPTION 'a question version is never changed'; END; $$ LANGUAGE plpgsql",
    "CREATE OR REPLACE FUNCTION quizzes_refuse_when_used() RETURNS trigger AS $$ "
    "DECLARE touched bigint; BEGIN "
    "IF TG_OP = 'INSERT' THEN touched := NEW.version_id; ELSE touched := OLD.version_id; END IF; "
    "IF EXISTS (SELECT 1 FROM quizzes_attemptquestion WHERE version_id = touched) "
    "THEN RAISE EXCEPTION 'the options of a version in use are never changed'; END IF; "
    "IF TG_OP = 'INSERT' THEN RETURN NEW; END IF; RETURN OLD; END; $$ LANGUAGE plpgsql",
    "CREATE TRIGGER quizzes_version_immutable BEFORE UPDATE ON quizzes_questionversion "
    "FOR EACH ROW EXECUTE FUNCTION quizzes_refuse_version_update()",
    "CREATE TRIGGER quizzes_option_immutable BEFORE UPDATE ON quizzes_option "
    "FOR EACH ROW EXECUTE FUNCTION quizzes_refuse_update()",
    "CREATE TRIGGER quizzes_option_used BEFORE INSERT OR DELETE ON quizzes_option "
    "FOR EACH ROW EXECUTE FUNCTION quizzes_refuse_when_used()",
    # An answer belongs to a question that the attempt froze.
    "ALTER TABLE quizzes_response ADD CONSTRAINT quizzes_response_frozen FOREIGN KEY (attempt_id, version_id) "
    "REFERENCES quizzes_attemptquestion (attempt_id, version_id) DEFERRABLE INITIALLY DEFERRED",
)
BACKWARD = (
    "ALTER TABLE quizzes_response DROP CONSTRAINT IF EXISTS quizzes_response_frozen",
    "DROP TRIGGER IF EXISTS quizzes_option_used ON quizzes_option",
    "DROP TRIGGER IF EXISTS quizzes_option_immutable ON quizzes_option",
    "DROP TRIGGER IF EXISTS quizzes_version_immutable ON quizzes_questionversion",
    "DROP FUNCTION IF EXISTS quizzes_refuse_when_used()",
    "DROP FUNCTION IF EXISTS quizzes_refuse_version_update()",
    "DROP FUNCTION IF EXISTS quizzes_refuse_update()",
)


def _on_postgresql(schema_editor, statements):
    if schema_editor.connection.vendor == "postgresql":
        for statement in statements:
            schema_editor.execute(statement)


def add(apps, schema_editor):
    _on_postgresql(schema_editor, FORWARD)


def remove(apps, schema_editor):
    _on_postgresql(schema_editor, BACKWARD)


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0001_initial")]
    operations = [migrations.RunPython(add, remove)]
