"""Check constraints that a frequently changed table can afford."""

from typing import Any

from django.db import models

_POSTGRESQL = "postgresql"


class StoredCheck(models.CheckConstraint):
    """A check constraint whose condition PostgreSQL keeps in a function, and so reads once for a connection.

    The server parses the text of every check constraint of a table anew for each statement that writes to it. For a
    table whose rows change state several times, and whose conditions are long, that costs more than the change. Here
    the constraint is one short call of a function made from the condition, under the constraint's own name; the server
    keeps what it made of the function. Elsewhere it is an ordinary check constraint.
    """

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor == _POSTGRESQL:
            schema_editor.execute(self._function(model, schema_editor), params=None)
            return self._call(model, schema_editor).constraint_sql(model, schema_editor)
        return super().constraint_sql(model, schema_editor)

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor == _POSTGRESQL:
            schema_editor.execute(self._function(model, schema_editor), params=None)
            return self._call(model, schema_editor).create_sql(model, schema_editor)
        return super().create_sql(model, schema_editor)

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        removed = super().remove_sql(model, schema_editor)
        if schema_editor.connection.vendor == _POSTGRESQL:
            return f"{removed}; DROP FUNCTION IF EXISTS {schema_editor.quote_name(self.name)}"
        return removed

    def _fields(self, model: Any) -> list[Any]:
        names = {reference[0] for reference in model._get_expr_references(self.condition)}
        return [field for field in model._meta.concrete_fields if {field.name, field.attname} & names]

    def _condition(self, model: Any, schema_editor: Any) -> str:
        return str(self._get_check_sql(model, schema_editor))  # type: ignore[attr-defined]

    def _function(self, model: Any, schema_editor: Any) -> str:
        quote = schema_editor.quote_name
        arguments = ", ".join(
            f"{quote(field.column)} {field.db_type(schema_editor.connection)}" for field in self._fields(model)
        )
        return (
            f"CREATE OR REPLACE FUNCTION {quote(self.name)}({arguments}) RETURNS boolean AS $body$ "
            f"BEGIN RETURN {self._condition(model, schema_editor)}; END $body$ LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE"
        )

    def _call(self, model: Any, schema_editor: Any) -> models.CheckConstraint:
        fields = [models.F(field.name) for field in self._fields(model)]
        call = models.Func(*fields, function=schema_editor.quote_name(self.name), output_field=models.BooleanField())
        return models.CheckConstraint(condition=call, name=self.name)
