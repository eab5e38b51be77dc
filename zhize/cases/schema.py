"""What the database itself refuses in this app, generated from the lifecycle tables.

When a table changes, a new migration calls `steps` again; a test compares what is installed with what the table says.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import migrations

from zhize.cases.lifecycle import transitions
from zhize.kernel.workflow import Workflow

KEPT = """
create function cases_kept_as_it_was() returns trigger language plpgsql as $$
begin
  raise exception 'kept as it was: % of % is refused', lower(tg_op), tg_table_name using errcode = 'ZH001', table = tg_table_name;
end $$;
"""


def kept_function() -> migrations.RunSQL:
    return migrations.RunSQL(KEPT, "drop function cases_kept_as_it_was()")


def kept(table: str, *, may_change: bool = False) -> migrations.RunSQL:
    """Refuse deletes of this table's rows, and edits too unless `may_change`."""
    name, when = f"{table}_kept", "delete" if may_change else "update or delete"
    return migrations.RunSQL(
        f"create trigger {name} before {when} on {table} for each row execute function cases_kept_as_it_was()",
        f"drop trigger {name} on {table}",
    )


def steps(table: str, flow: Workflow, starts: Iterable[str]) -> migrations.RunSQL:
    """Refuse a first state or a change of state that the lifecycle table does not know."""
    trigger = (
        f"create trigger {table}_steps before insert or update of state on {table} "
        f"for each row execute function {table}_steps()"
    )
    undo = f"drop trigger {table}_steps on {table}; drop function {table}_steps()"
    return migrations.RunSQL(
        f"drop trigger if exists {table}_steps on {table}; {steps_function(table, flow, starts)}; {trigger}", undo
    )


def steps_function(table: str, flow: Workflow, starts: Iterable[str]) -> str:
    """The trigger function for a lifecycle."""
    first = ", ".join(f"'{state}'" for state in starts)
    pairs = ", ".join(f"'{source}>{target}'" for source, target in transitions(flow))
    return f"""create or replace function {table}_steps() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state not in ({first}) then
      raise exception 'no life begins as %', new.state using errcode = 'ZH002', table = tg_table_name;
    end if;
  elsif new.state <> old.state and old.state || '>' || new.state not in ({pairs}) then
    raise exception 'no step leads from % to %', old.state, new.state using errcode = 'ZH002', table = tg_table_name;
  end if;
  return new;
end $$"""
