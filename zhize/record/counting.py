"""PostgreSQL plans by what it last counted in a table; an act that fills one has it counted again, or the rules' queries
that follow in the same transaction are planned for the table as it was before (decision 0007)."""

from __future__ import annotations

from django.db import connection, models

_GROWN = "select pg_relation_size(oid) > 2 * relpages::bigint * current_setting('block_size')::int from pg_class where oid = %s::regclass"


def recount(model: type[models.Model]) -> None:
    """Analyse the model's table if it is more than twice what it was; in between the planner scales by the size itself."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(_GROWN, [table])
        if cursor.fetchone()[0]:
            cursor.execute(f"analyze {table}")
